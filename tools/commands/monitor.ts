import { once } from 'node:events';
import { toHex } from '../../firmware/bytes/hex.js';
import { openBoard } from '../board/openBoard.js';
import { checkReceipt, receiptLine } from '../board/receipt.js';
import { keepReceipt } from '../board/receiptLog.js';
import { trailLines } from '../board/trail.js';
import { defineCommand, flag } from '../cli/command.js';
import { oneLine } from '../cli/failure.js';
import { duration } from '../cli/kinds.js';
import type { Answer, SeenReceipt } from '../operator/boardChannel.js';
import { boardFlags, receiptsFlag, Settings } from '../settings.js';

export default defineCommand({
  summary: 'Follow what a board says, until Ctrl-C',
  details:
    'Receipts and statuses are checked against the board’s key on chain and marked when they are forged; answers are\n' +
    'unsigned and prove nothing. Good receipts are kept, for holdfast audit. With --json the document grows while it\n' +
    'runs, one event a line, and is whole after Ctrl-C.',
  example: 'holdfast monitor --for 10m',
  operands: {},
  flags: { ...boardFlags, for: flag(duration(365 * 86_400), 'end by itself after so long'), ...receiptsFlag },
  run: async input => {
    const { emit, flags, signal } = input;
    const settings = new Settings(flags);
    const contracts = await settings.chain();
    const { chainId } = contracts.chain;
    const board = await openBoard(settings, contracts, input);
    const device = board.facts.address;
    const counts = { answers: 0, receipts: 0, statuses: 0, forged: 0 };

    const forged = (kind: string, signer: string | undefined) => {
      counts.forged++;
      emit(
        { kind, forged: true, signer },
        `${kind} FORGED: signed by ${signer ?? 'nobody'}, not by the board`,
      );
    };
    const onAnswer = (answer: Answer) => {
      counts.answers++;
      const { code, evidence, kind, subject, trail, verdict } = answer;
      emit(
        { kind: 'answer', about: kind, subject, verdict, code, evidence, trail },
        `answer  ${kind} ${oneLine(String(subject), 80)}: ${verdict}${code ? ` (${code})` : ''}`,
      );
      if (!input.json) for (const line of trailLines(answer)) emit({}, line);
    };
    let pending: Promise<unknown> = Promise.resolve();
    const onReceipt = (seen: SeenReceipt) => {
      // One after the other, so that they are kept in the order in which they came.
      pending = pending.then(async () => {
        const { key } = await contracts.device.read(device).catch(() => board.facts);
        const checked = await checkReceipt(contracts, key, seen).catch(() => undefined);
        if (!checked) return forged('receipt', seen.signer);
        counts.receipts++;
        keepReceipt(flags.receipts, { chainId, device }, seen);
        emit({ kind: 'receipt', ...checked }, receiptLine(checked));
      });
    };
    const onStatus = (status: {
      signer: string | undefined;
      version: number;
      sequence: number;
      receiptCounter: number;
      imageHash: Uint8Array;
    }) => {
      if (status.signer !== board.facts.key) return forged('status', status.signer);
      counts.statuses++;
      const { receiptCounter, sequence, version } = status;
      emit(
        { kind: 'status', version, sequence, receiptCounter, imageHash: toHex(status.imageHash) },
        `status  image ${version}, sequence ${sequence}, ${receiptCounter} receipts`,
      );
    };
    const onPresence = (presence: string) =>
      emit({ kind: 'presence', presence: oneLine(presence, 20) }, `presence ${oneLine(presence, 20)}`);

    const { channel } = board;
    channel.on('answer', onAnswer).on('receipt', onReceipt).on('status', onStatus).on('presence', onPresence);
    input.note(`Listening to ${device}; Ctrl-C ends it.`);
    const timeout = flags.for === undefined ? [] : [AbortSignal.timeout(flags.for * 1000)];
    const end = AbortSignal.any([signal, ...timeout]);
    if (!end.aborted) await once(end, 'abort');
    board.close();
    await pending;
    return { ok: true, device, ...counts };
  },
  show: ({ answers, forged, receipts, statuses }) => [
    `${receipts} receipts, ${answers} answers, ${statuses} statuses${forged ? `, ${forged} FORGED` : ''}.`,
  ],
});
