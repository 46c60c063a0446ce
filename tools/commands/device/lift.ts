import { setStatus, statusLines } from '../../board/setStatus.js';
import { defineCommand } from '../../cli/command.js';
import { deviceOperand, proofFlags, senderFlags } from '../../settings/flags.js';

export default defineCommand({
  summary: 'Let a suspended or stolen board go on (owner)',
  details: 'Nobody else can: a guardian only stops. Waits until the board shows, signed, that it knows.',
  example: 'holdfast device lift',
  operands: { ...deviceOperand },
  flags: { ...proofFlags, ...senderFlags },
  run: input =>
    setStatus(input, { to: 'Active', device: input.operands.device, as: 'owner', flags: input.flags }),
  show: change => [
    ...statusLines(change),
    ...(change.from === 'Stolen'
      ? [
          'A board that was restarted meanwhile stays locked until it knows what time it is: the next order (holdfast command) shows it.',
        ]
      : []),
  ],
});
