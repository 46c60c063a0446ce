/** The start of a child process whose program is TypeScript of this repository. */
import { fileURLToPath } from 'node:url';

const run = fileURLToPath(new URL('./run.mjs', import.meta.url));

/**
 * The arguments by which Node (`process.execPath`) runs `program`, compiled when its sources changed; flags of Node go
 * before them, arguments of the program after them.
 *
 * @param program path from the repository's root, with slashes, for example `host-sim/board/main.ts`
 */
export const nodeArguments = (program: string): string[] => [run, program];
