/**
 * Runs a TypeScript program of this repository in its compiled form (importCompiled.mjs); the program sees the arguments
 * as if it had been started itself.
 *
 *   node host-sim/node/program/run.mjs PROGRAM.ts [ARGUMENT …]
 *
 * PROGRAM.ts is a path from the repository's root.
 */
import { importCompiled } from './importCompiled.mjs';

process.argv.splice(1, 1);
await importCompiled(process.argv[1]);
