/** An envelope or offer sent to a board, up to the board's checked receipt. */
import type { Contracts } from '../../contracts/client/index.js';
import { toHex } from '../../firmware/bytes/hex.js';
import type { Surroundings } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import type { Answer } from '../operator/boardChannel.js';
import { ask } from '../operator/order.js';
import type { OpenBoard } from './openBoard.js';
import { type CheckedReceipt, checkReceipt, listenForReceipt } from './receipt.js';
import { keepReceipt } from './receiptLog.js';

/** Milliseconds that the receipt of an envelope may come after the answer. */
const RECEIPT_GRACE_MS = 2000;

export interface SettleOptions {
  board: OpenBoard;
  contracts: Contracts;
  kind: 'envelope' | 'offer';
  bytes: Uint8Array;
  /** Envelope or approval hash. */
  subject: Uint8Array;
  /** Seconds to wait for the board. */
  waitSeconds: number;
  /** The file that receipts are kept in. */
  receipts: string;
  /** The next thing to do when the board does not answer, as a sentence. */
  remedy: string;
  /** Sends the envelope for everybody to read. */
  unsealed?: boolean;
}

export interface Settled {
  answer: Answer;
  receipt?: CheckedReceipt;
  /** Answers about witnesses that the board rejected. */
  witnesses: Answer[];
}

/**
 * Sends the bytes and waits until the board has settled them: answers that may change by themselves are noted, and
 * the receipt is checked and kept.
 *
 * @throws Failure `no_answer` when time is up, `receipt_forged` when the receipt or its result is not the board's
 */
export async function settle(
  { note, progress, signal }: Pick<Surroundings, 'note' | 'progress' | 'signal'>,
  { board, bytes, contracts, kind, waitSeconds, receipts, remedy, subject, unsealed }: SettleOptions,
): Promise<Settled> {
  const name = toHex(subject);
  let last: Answer | undefined;
  const listen = (answer: Answer) => {
    if (answer.subject === name && answer.verdict === 'undetermined') {
      last = answer;
      note(`The board waits (${answer.code}): ${answer.evidence}`);
    }
    if (answer.kind === 'witness')
      note(`The board rejected a witness of ${answer.subject} (${answer.code}): ${answer.evidence}`);
  };
  progress?.(`waits for the board, ${waitSeconds} s at most`);
  board.channel.on('answer', listen);
  const heard = listenForReceipt(board, subject);
  const options = { subject, final: true, milliseconds: waitSeconds * 1000, unsealed };
  try {
    const { answer, receipt, witnesses } = await ask(board.channel, kind, bytes, options).catch(cause => {
      if (signal.aborted) throw cause;
      const why = last ? `its last word was ${last.code}: ${last.evidence}` : 'it said nothing';
      throw new Failure(
        'no_answer',
        `The board did not settle this within ${waitSeconds} s; ${why}. ${remedy}`,
        { cause },
      );
    });
    // Answers are unsigned: one without a receipt may be a stranger's, who was faster than the board.
    const seen = receipt ?? (kind === 'envelope' ? await heard.within(RECEIPT_GRACE_MS) : undefined);
    if (!seen) return { answer, witnesses };
    // The key may have been rotated meanwhile; the chain knows the one in force.
    const { key } = await contracts.device.read(board.facts.address);
    const checked = await checkReceipt(contracts, key, seen);
    keepReceipt(receipts, { chainId: contracts.chain.chainId, device: board.facts.address }, seen);
    return { answer, receipt: checked, witnesses };
  } finally {
    heard.stop();
    board.channel.off('answer', listen);
  }
}
