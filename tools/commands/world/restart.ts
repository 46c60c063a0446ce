import { defineCommand, flag, optionalOperand } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { worldName } from '../../cli/kinds.js';

export default defineCommand({
  summary: 'Cut the power of boards of a world, and give it back',
  example: 'holdfast world restart board-1',
  operands: { which: optionalOperand(worldName, 'a board or a group; all if left out') },
  flags: { name: flag(worldName, 'The name of the world', 'fleet') },
  run: async ({ flags: { name }, operands: { which } }) => {
    const { findControl, restartBoards } = await import('../../world/control.js');
    const boards = await restartBoards(findControl(process.cwd(), name), which);
    if (boards === 0)
      throw new Failure('world', `No board or group ${which} is in the world ${name}: holdfast world list.`);
    return { ok: true, world: name, boards };
  },
  show: ({ boards }) => [boards === 1 ? '1 board starts anew.' : `${boards} boards start anew.`],
});
