import { orderSettings } from '../../app/orderSettings.js';
import { changeOf } from '../../app/settingsFace.js';
import { receiptLine } from '../../board/receipt.js';
import { defineCommand, flag, operand } from '../../cli/command.js';
import { UsageError } from '../../cli/failure.js';
import { duration, json } from '../../cli/kinds.js';
import { boardFlags, mineFlag, receiptsFlag, senderFlags, waitFlag } from '../../settings/flags.js';

export default defineCommand({
  summary: 'Change the configuration of the app that a board runs',
  details:
    'An order like any other (holdfast.config), with a receipt. Members that are not named stay as they are; null puts one\n' +
    'back to its default. What does not fit the face of the app is refused here, before anything is linked.',
  example: `holdfast config set '{"limit":3000}'`,
  operands: { changes: operand(json, 'the members to change, as one object') },
  flags: {
    ...boardFlags,
    ...senderFlags,
    life: flag(duration(30 * 86_400), 'how long the order is valid, 30d at most (default 1h)', 3600),
    ...waitFlag,
    ...mineFlag,
    ...receiptsFlag,
  },
  run: input => {
    const { changes } = input.operands;
    const isObject = typeof changes === 'object' && changes !== null && !Array.isArray(changes);
    if (!isObject) throw new UsageError(`CHANGES is one object, for example '{"limit":3000}'.`);
    return orderSettings(input, 'config', changeOf(changes as Record<string, unknown>));
  },
  show: ({ answer, receipt }) => [
    `Configuration: ${answer.verdict}${answer.code ? ` (${answer.code})` : ''}`,
    ...(receipt ? [`  → ${receiptLine(receipt)}`] : ['The board gave no receipt: nothing was changed.']),
  ],
});
