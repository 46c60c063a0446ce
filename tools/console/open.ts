/** The console of the board that a command is about. */
import { flag, type Surroundings } from '../cli/command.js';
import { UsageError } from '../cli/failure.js';
import { path, text } from '../cli/kinds.js';
import type { Settings } from '../settings/settings.js';
import type { BoardConsole } from './boardConsole.js';
import { directoryConsole } from './directory.js';
import { remoteConsole } from './remote.js';
import { serialConsole } from './serial.js';

/** `--board` and `--serial`: a board in hand. */
export const consoleFlags = {
  board: flag(path, 'directory of a simulated board'),
  serial: flag(text('PORT', 100), 'serial line of a chip'),
};

/** The console that the flags name, else that of the running simulator. @throws UsageError when there is none */
export async function openConsole(
  command: string,
  {
    flags: { board, serial },
    note,
    signal,
  }: Pick<Surroundings, 'note' | 'signal'> & { flags: { board?: string; serial?: string } },
  { project }: Settings,
): Promise<BoardConsole> {
  const onLog = (line: string) => note(`board: ${line}`);
  if (serial) return serialConsole(serial, { onLog, signal });
  if (board) return directoryConsole(board, onLog, signal);
  if (project?.console) return remoteConsole(project.console);
  throw new UsageError(
    `holdfast ${command} needs --board DIRECTORY, --serial PORT, or a running simulator that offers a console.`,
  );
}
