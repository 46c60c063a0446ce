import { defineCommand, operand } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { path } from '../../cli/kinds.js';
import { directoryConsole } from '../../console/directory.js';

export default defineCommand({
  summary: 'Keep a simulated board switched on, until Ctrl-C',
  details:
    'Shows what it logs and starts it again when it restarts. Provision it before (holdfast provision --board).',
  example: 'holdfast board run boards/1',
  operands: { directory: operand(path, 'the board') },
  flags: {},
  run: async ({ emit, operands, signal }) => {
    const { directory } = operands;
    const board = await directoryConsole(directory, line => emit({ log: line }, line), signal);
    try {
      const ended = await board.ended;
      if (!signal.aborted)
        throw new Failure('board', `The board in ${directory} does not start again: ${ended}.`);
      return { ok: true, board: directory };
    } finally {
      await board.close();
    }
  },
  show: ({ board }) => [`${board} is switched off.`],
});
