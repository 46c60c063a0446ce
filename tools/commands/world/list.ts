import { defineCommand, flag, optionalOperand, toggle } from '../../cli/command.js';
import { worldName } from '../../cli/kinds.js';
import { groupsOf, inMegabytes, isUp } from '../../world/summary.js';

export default defineCommand({
  summary: 'Show the boards of a world that runs',
  example: 'holdfast world list board-1',
  operands: { which: optionalOperand(worldName, 'a board or a group; all if left out') },
  flags: {
    name: flag(worldName, 'The name of the world', 'fleet'),
    summary: toggle('the groups alone, without their boards'),
  },
  run: async ({ flags: { name, summary }, operands: { which } }) => {
    const { findControl, listBoards } = await import('../../world/control.js');
    const all = await listBoards(findControl(process.cwd(), name));
    const boards = all.filter(board => which === undefined || board.name === which || board.group === which);
    const memory = boards.reduce((sum, board) => sum + (board.memory ?? 0), 0);
    const up = boards.filter(isUp).length;
    const counted = { world: name, up, of: boards.length, memory, groups: groupsOf(boards) };
    return { ok: up === boards.length, ...counted, boards: summary ? [] : boards };
  },
  show: ({ boards, groups, memory, of, up }) => [
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
    ...Object.entries(groups).map(
      ([group, { boards: members, memory: bytes, restarts, up: running }]) =>
        `${group.padEnd(16)} ${running} of ${members} up, ${restarts} restarts, ${inMegabytes(bytes)}`,
    ),
    `${up} of ${of} boards are up, with ${inMegabytes(memory)} of memory.`,
  ],
});
