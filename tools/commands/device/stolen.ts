import { setStatus, statusLines } from '../../board/setStatus.js';
import { defineCommand, flag } from '../../cli/command.js';
import { oneOf } from '../../cli/kinds.js';
import { deviceOperand, proofFlags, senderFlags } from '../../settings/flags.js';

export default defineCommand({
  summary: 'Report a board as lost or stolen (owner or guardian)',
  details:
    'From the moment that the board proves it, it is locked: it runs no command, takes no update, and can be handed to\n' +
    'nobody. A board that is switched off, or kept from the network, learns of it when it is back. The owner lifts it:\n' +
    'holdfast device lift.',
  example: 'holdfast device stolen --as guardian --no-wait',
  operands: { ...deviceOperand },
  flags: {
    ...proofFlags,
    ...senderFlags,
    as: flag(oneOf('owner', 'guardian'), 'in which capacity', 'owner'),
  },
  run: input =>
    setStatus(input, { to: 'Stolen', device: input.operands.device, as: input.flags.as, flags: input.flags }),
  show: change => [
    ...statusLines(change),
    `Found again? By the owner: holdfast device lift ${change.device}`,
  ],
});
