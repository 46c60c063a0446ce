import { orderSettings } from '../../app/orderSettings.js';
import { receiptLine } from '../../board/receipt.js';
import { defineCommand, flag, operand, toggle } from '../../cli/command.js';
import { UsageError } from '../../cli/failure.js';
import { duration, path, text } from '../../cli/kinds.js';
import { promptSecret } from '../../keys/prompt.js';
import { readSecretFile } from '../../keys/secretFile.js';
import { boardFlags, mineFlag, receiptsFlag, senderFlags, waitFlag } from '../../settings/flags.js';

/** Bytes of a secret: it must fit into one order beside the others that are set. */
const SECRET_BYTES_MAX = 256;

export default defineCommand({
  summary: 'Give the app of a board a secret, or take it',
  details:
    'The value is typed without being shown, or read from a file that no other user can read; it is never an argument,\n' +
    'since shells keep those. The order (holdfast.secret) travels sealed to the board, which keeps the value sealed and shows\n' +
    'it to nobody. The kept envelope, which holds it too, is erased as soon as the board has answered with its receipt.',
  example: 'holdfast secret set token --from token.txt',
  operands: { name: operand(text('NAME', 31), 'the name that the app gives it') },
  flags: {
    ...boardFlags,
    ...senderFlags,
    from: flag(path, 'the file that holds the value, mode 0600; its last line break is left out'),
    forget: toggle('take the secret back: the app has none, or its default'),
    life: flag(duration(30 * 86_400), 'how long the order is valid, 30d at most (default 1h)', 3600),
    ...waitFlag,
    ...mineFlag,
    ...receiptsFlag,
  },
  run: async input => {
    const { flags, operands, signal } = input;
    const { forget, from } = flags;
    const { name } = operands;
    if (forget && from !== undefined) throw new UsageError('--forget takes no value: leave out --from.');
    if (forget) return orderSettings(input, 'secrets', { reset: [name] });
    if (from === undefined && !process.stdin.isTTY) {
      throw new UsageError('There is no terminal to type the secret at: name its file with --from.');
    }
    const value =
      from === undefined
        ? await promptSecret(`${name} (it is not shown): `, signal)
        : readSecretFile(from, SECRET_BYTES_MAX).replace(/\r?\n$/, '');
    return orderSettings(input, 'secrets', { set: { [name]: value } });
  },
  show: ({ answer, receipt }) => [
    `Secret: ${answer.verdict}${answer.code ? ` (${answer.code})` : ''}`,
    ...(receipt ? [`  → ${receiptLine(receipt)}`] : ['The board gave no receipt: nothing was changed.']),
  ],
});
