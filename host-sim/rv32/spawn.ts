/** The command that runs an emulated board; it takes the arguments of the Node board (host-sim/board/main.ts) too. */
import { existsSync } from 'node:fs';
import { nodeArguments } from '../node/program/nodeArguments.js';
import { boardProgram } from './build.js';
import { Rv32Missing, requireEmulator } from './tools.js';

export interface Rv32Engine {
  /** Bytes of the image's heap: chunks, slots, stack and names; 147,456, as manifest.json asks for, if left out. */
  heap?: number;
  /** Slots of stack, 512 if left out. */
  stack?: number;
  /** True: no native crypto, the image uses its own. */
  portable?: boolean;
  /** True: the image has a global `measure` (host/measure.h). */
  measure?: boolean;
  /** The file in which the memory that was used is written down when a run ends by itself. */
  report?: string;
  /** A pseudo-terminal if left out. */
  line?: 'pty' | 'stdio';
}

/** @throws Rv32Missing when a tool is missing, or `npm run build:rv32` is still to be run */
export function rv32BoardCommand(engine: Rv32Engine = {}): { command: string; arguments: string[] } {
  const { heap, line, measure, portable, report, stack } = engine;
  requireEmulator();
  if (!existsSync(boardProgram)) {
    throw new Rv32Missing('the program of the emulated board is not built yet: npm run build:rv32');
  }
  return {
    command: process.execPath,
    arguments: [
      '--max-old-space-size=128',
      ...nodeArguments('host-sim/rv32/main.ts'),
      ...(heap === undefined ? [] : ['--heap', `${heap}`]),
      ...(stack === undefined ? [] : ['--stack', `${stack}`]),
      ...(portable ? ['--portable'] : []),
      ...(measure ? ['--measure'] : []),
      ...(report === undefined ? [] : ['--report', report]),
      ...(line === undefined ? [] : ['--line', line]),
    ],
  };
}
