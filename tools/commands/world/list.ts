import { defineCommand, flag, optionalOperand } from '../../cli/command.js';
import { worldName } from '../../cli/kinds.js';
import { inMegabytes } from '../../world/summary.js';

export default defineCommand({
  summary: 'Show the boards of a world that runs',
  example: 'holdfast world list board-1',
  operands: { which: optionalOperand(worldName, 'a board or a group; all if left out') },
  flags: { name: flag(worldName, 'The name of the world', 'fleet') },
  run: async ({ flags: { name }, operands: { which } }) => {
    const { findControl, listBoards } = await import('../../world/control.js');
    const all = await listBoards(findControl(process.cwd(), name));
    const boards = all.filter(board => which === undefined || board.name === which || board.group === which);
    const memory = boards.reduce((sum, board) => sum + (board.memory ?? 0), 0);
    const up = boards.filter(({ pid, version }) => pid > 0 && version !== undefined).length;
    return { ok: up === boards.length, world: name, up, memory, boards };
  },
  show: ({ boards, memory, up }) => [
    ...boards.map(({ device, group, memory, name, pid, restarts, version }) =>
      [
        name.padEnd(16),
        group.padEnd(12),
        version === undefined ? 'off   ' : `v${version}`.padEnd(6),
        `pid ${pid}`.padEnd(12),
        `${restarts} restarts`.padEnd(12),
        memory === undefined ? '' : inMegabytes(memory).padEnd(8),
        device ?? '',
      ].join(' '),
    ),
    `${up} of ${boards.length} boards are up, with ${inMegabytes(memory)} of memory.`,
  ],
});
