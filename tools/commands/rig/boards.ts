/** `holdfast rig boards`: the real boards of a bench, who holds each, and which are left alone. */
import { defineCommand, flag, flags } from '../../cli/command.js';
import { path, text } from '../../cli/kinds.js';

export default defineCommand({
  summary: 'List the boards of a bench: free, held by a run, or left alone because they failed',
  details:
    'A run reserves the board that it works on; the reservation ends with the run, and a minute after a run that died. A\n' +
    'board that does not answer, or whose supply does not switch, is left alone by later runs until --free NAME.',
  example: 'holdfast rig boards --boards boards.json',
  operands: {},
  flags: {
    boards: flag(path, 'the file in which they are described', 'boards.json'),
    free: flags(text('NAME', 60), 'let this board serve again: somebody has seen to it'),
  },
  run: async ({ flags: given }) => {
    const { boardsNamed, readBoards, reservationsOf } = await import('../../rig/serial/boards.js');
    const { endQuarantine } = await import('../../rig/farm/quarantine.js');
    const { statesOf } = await import('../../rig/states.js');
    const folder = reservationsOf(given.boards);
    for (const { name } of boardsNamed(given.boards, given.free)) endQuarantine(folder, name);
    const boards = await statesOf(readBoards(given.boards), folder);
    return { ok: true, boards };
  },
  show: ({ boards }) =>
    boards.map(({ holder, name, port, reason, state }) => {
      const more = reason ?? (holder === undefined ? '' : `by ${holder}`);
      return `${name}  ${port}  ${state}${more && ` (${more})`}`;
    }),
});
