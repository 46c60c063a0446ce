/** The console of a simulated board that lies in a directory: it is switched on for as long as it is talked to. */
import { existsSync } from 'node:fs';
import { Failure } from '../cli/failure.js';
import type { BoardConsole } from './port.js';

/** `directory` holds its flash files; the image in it must be there already. */
export async function rigConsole(
  directory: string,
  onLog: (line: string) => void,
  signal: AbortSignal,
): Promise<BoardConsole> {
  if (!existsSync(directory)) {
    throw new Failure(
      'board',
      `There is no board in ${directory}: flash one first (holdfast flash ${directory} IMAGE).`,
    );
  }
  const { startBoard } = await import('../../host-sim/rig/board.js');
  const board = await startBoard({ directory, onLog, signal });
  return {
    request: (method, parameters = null) => board.request(method, parameters, { timeout: 30_000 }),
    close: () => board.close(),
  };
}
