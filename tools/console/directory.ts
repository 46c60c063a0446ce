/** A simulated board that lies in a directory, held in hand: switched on for as long as its console is open. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { patient } from '../../host-sim/node/patience.js';
import { Failure } from '../cli/failure.js';
import type { BoardConsole } from './boardConsole.js';

export interface DirectoryConsole extends BoardConsole {
  /** Resolves with the reason when the board does not come back. */
  readonly ended: Promise<string>;
}

/** `directory` holds its flash files; the image in it must be there already. */
export async function directoryConsole(
  directory: string,
  onLog: (line: string) => void,
  signal: AbortSignal,
): Promise<DirectoryConsole> {
  if (!existsSync(join(directory, 'slotA.flash'))) {
    throw new Failure(
      'board',
      `There is no board in ${directory}: flash one first (holdfast flash ${directory} IMAGE).`,
    );
  }
  const { startBoard } = await import('../../host-sim/process/board.js');
  const board = await startBoard({ directory, onLog, signal });
  return {
    request: (method, parameters = null) => board.request(method, parameters, { timeout: patient(30_000) }),
    close: () => board.close(),
    ended: new Promise(resolve => board.once('dead', resolve)),
  };
}
