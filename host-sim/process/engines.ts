/** The engines that a board can run on, and the command of each. All take the same arguments and speak alike. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type C3Engine, c3BoardCommand } from '../c3/spawn.js';
import { type LinEngine, linBoardCommand } from '../moddable/spawn.js';
import { nodeArguments } from '../node/program/nodeArguments.js';
import { repositoryRoot } from '../node/repository.js';
import { type Rv32Engine, rv32BoardCommand } from '../rv32/spawn.js';
import { type XsEngine, xsBoardCommand } from '../xs/spawn.js';

/**
 * `xs` needs `npm run build:xs` before, `rv32` `npm run build:rv32`, `lin` `npm run build:moddable`, `c3` an emulator of
 * the chip (c3/emulator.ts) and a whole flash in the board's directory.
 */
export type Engine =
  | { name: 'node' }
  | ({ name: 'xs' } & XsEngine)
  | ({ name: 'rv32' } & Rv32Engine)
  | ({ name: 'lin' } & LinEngine)
  | ({ name: 'c3' } & C3Engine);

/** The engines of the demonstration that can be had here: the package that authors install has no sources to build the others from. */
export const engineNames: readonly Engine['name'][] = existsSync(join(repositoryRoot, 'host-sim', 'engine'))
  ? ['node', 'xs', 'rv32', 'lin', 'c3']
  : ['node'];

/** The command without the arguments that every board gets. @throws Error with the remedy when it is not built */
export function engineCommand(engine: Engine): { command: string; arguments: string[] } {
  if (engine.name === 'xs') return xsBoardCommand(engine);
  if (engine.name === 'rv32') return rv32BoardCommand(engine);
  if (engine.name === 'c3') return c3BoardCommand(engine);
  if (engine.name === 'lin') return linBoardCommand(engine);
  return {
    command: process.execPath,
    arguments: [
      // Little memory, as boards have; and no code from text, in the host's part of the process either.
      ...['--max-old-space-size=256', '--disallow-code-generation-from-strings'],
      ...nodeArguments('host-sim/board/main.ts'),
    ],
  };
}
