import { toHex } from '../../../firmware/bytes/hex.js';
import { openBoard } from '../../board/openBoard.js';
import { orderTrust } from '../../board/orderTrust.js';
import { receiptLine } from '../../board/receipt.js';
import { shownLine } from '../../board/shownChange.js';
import { defineCommand, operand } from '../../cli/command.js';
import { path } from '../../cli/kinds.js';
import { trustFromFile } from '../../console/trustFile.js';
import { boardFlags, mineFlag, receiptsFlag, signerFlags, waitFlag } from '../../settings/flags.js';
import { Settings } from '../../settings/settings.js';

export default defineCommand({
  summary: 'Give a board another trust configuration, and wait until it goes by it (signers)',
  details:
    'Endpoints, provers, levels and checkpoint keys, as the file describes them. The board tries the configuration before\n' +
    'it leaves the old one, and never lowers its least levels. After a board was sold, nothing else runs before this.',
  example: 'holdfast device set-trust trust.json --signer alice.json --signer bob.json',
  operands: { file: operand(path, 'the description, JSON') },
  flags: {
    ...boardFlags,
    ...signerFlags,
    ...waitFlag,
    ...mineFlag,
    ...receiptsFlag,
  },
  run: async input => {
    const { flags, note, operands } = input;
    const settings = new Settings(flags);
    const signers = await settings.signers(input, 'signers', flags.signer);
    const contracts = await settings.chainWith(signers[0]);
    const board = await openBoard(settings, contracts, input, { sends: true });
    try {
      const { address: device, fleet } = board.facts;
      const trust = await trustFromFile(operands.file, contracts, fleet, note);
      const set = await orderTrust(input, { settings, contracts, board, signers, trust, flags });
      return { ok: set.order.ok, device, trustConfiguration: toHex(trust.hash), ...set };
    } finally {
      board.close();
    }
  },
  show: ({ device, order, shown, trustConfiguration }) => [
    ...(order.receipt
      ? [receiptLine(order.receipt)]
      : [`${order.answer.verdict}: ${order.answer.evidence ?? ''}`]),
    shown ? `${device} trusts ${trustConfiguration}.` : `${device} keeps the trust that it had.`,
    ...(shown ? [shownLine(shown)] : []),
  ],
});
