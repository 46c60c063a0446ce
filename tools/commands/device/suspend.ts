import { setStatus, statusLines } from '../../board/setStatus.js';
import { defineCommand, flag } from '../../cli/command.js';
import { oneOf } from '../../cli/kinds.js';
import { deviceOperand, proofFlags, senderFlags } from '../../settings/flags.js';

export default defineCommand({
  summary: 'Let a board run nothing but what its fleet’s threshold orders (owner or guardian)',
  details:
    'At once, and until the owner lifts it: holdfast device lift. The board still takes updates, and keeps its keys.\n' +
    'Waits until the board shows, signed, that it knows.',
  example: 'holdfast device suspend --as guardian',
  operands: { ...deviceOperand },
  flags: {
    ...proofFlags,
    ...senderFlags,
    as: flag(oneOf('owner', 'guardian'), 'in which capacity', 'owner'),
  },
  run: input =>
    setStatus(input, {
      to: 'Suspended',
      device: input.operands.device,
      as: input.flags.as,
      flags: input.flags,
    }),
  show: change => [...statusLines(change), `Next, by the owner: holdfast device lift ${change.device}`],
});
