/** The command that runs a board in XS; it takes the arguments of the Node board (host-sim/board/main.ts) as well. */
import { existsSync } from 'node:fs';
import { programOf, type Variant } from '../engine/deskProgram.js';
import { XsMissing } from '../engine/sources.js';

export interface XsEngine {
  /** Bytes of the image's heap: chunks, slots, stack and names. 320 KiB if left out. */
  heap?: number;
  /** Slots of stack, 512 if left out. */
  stack?: number;
  /** True: no native crypto, the image uses its own. */
  portable?: boolean;
  /** The file in which the board writes down what memory was used when a run ends by itself. */
  report?: string;
  variant?: Variant;
}

/** @throws XsMissing when `npm run build:xs` is still to be run */
export function xsBoardCommand(engine: XsEngine = {}): { command: string; arguments: string[] } {
  const { heap, stack, portable, report, variant = 'release' } = engine;
  const command = programOf(variant);
  if (!existsSync(command)) {
    throw new XsMissing(
      `the XS host is not built yet: npm run build:xs${variant === 'release' ? '' : ` -- --${variant}`}`,
    );
  }
  const options = [
    ...(heap === undefined ? [] : ['--heap', `${heap}`]),
    ...(stack === undefined ? [] : ['--stack', `${stack}`]),
    ...(portable ? ['--portable'] : []),
    ...(report === undefined ? [] : ['--report', report]),
  ];
  return { command, arguments: options };
}
