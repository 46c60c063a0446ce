import { toHex } from '../../firmware/bytes/hex.js';
import { readEnvelope } from '../board/envelopeFile.js';
import { openBoard } from '../board/openBoard.js';
import { receiptLine } from '../board/receipt.js';
import { settle } from '../board/settle.js';
import { trailLines } from '../board/trail.js';
import { defineCommand, flag, operand, toggle } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import { duration, path } from '../cli/kinds.js';
import { hashOf } from '../operator/order.js';
import { boardFlags, receiptsFlag } from '../settings/flags.js';
import { Settings } from '../settings/settings.js';

export default defineCommand({
  summary: 'Deliver a kept envelope again',
  details:
    'For a command whose envelope did not reach the board. Delivering one that did changes nothing: a board runs no\n' +
    'envelope twice, and answers with the receipt that it stored.',
  example: 'holdfast deliver .holdfast/envelopes/0x1f….hex',
  operands: { file: operand(path, 'the envelope') },
  flags: {
    ...boardFlags,
    wait: flag(duration(86_400), 'how long to wait for the board (default 60s)', 60),
    unsealed: toggle('send the envelope for everybody at the broker to read'),
    ...receiptsFlag,
  },
  run: async input => {
    const { flags, operands } = input;
    const { bytes, delivery } = readEnvelope(operands.file);
    const settings = new Settings({
      ...flags,
      device: flags.device ?? (toHex(delivery.envelope.device) as `0x${string}`),
    });
    const contracts = await settings.chain();
    const board = await openBoard(settings, contracts, input, { sends: true });
    try {
      const { address: device, fleet } = board.facts;
      if (toHex(delivery.envelope.device) !== device) {
        throw new Failure(
          'wrong_target',
          `The envelope is for ${toHex(delivery.envelope.device)}: give --device accordingly.`,
        );
      }
      const subject = hashOf({ chainId: contracts.chain.chainId, device, fleet }, delivery.envelope);
      const settled = await settle(input, {
        board,
        contracts,
        kind: 'envelope',
        bytes,
        subject,
        waitSeconds: flags.wait,
        receipts: settings.receipts,
        unsealed: flags.unsealed,
        remedy: 'See holdfast status.',
      });
      return { ok: settled.receipt?.outcome === 'done', device, envelopeHash: toHex(subject), ...settled };
    } finally {
      board.close();
    }
  },
  show: ({ answer, envelopeHash, receipt }) => [
    `${envelopeHash}: ${answer.verdict}${answer.code ? ` (${answer.code})` : ''}`,
    ...trailLines(answer),
    ...(receipt ? [`  → ${receiptLine(receipt)}`] : []),
  ],
});
