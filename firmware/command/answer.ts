/** The board's answers about an envelope. */

import { rejected, type TrustCause, type Verdict } from '../bytes/verdict.js';
import type { PublishedReceipt } from '../ledger/receiptWire.js';
import type { Envelope } from './envelope.js';
import type { CommandCode } from './judge.js';

/** The causes for which a command stays undecided. */
export type CommandCause =
  | TrustCause
  | 'no_witness'
  | 'withheld'
  | 'paused'
  | 'suspended'
  | 'handover'
  | 'incomplete'
  | 'busy';

/** The verdict on a command. */
export type CommandVerdict = Verdict<undefined, CommandCode, CommandCause>;

/** The verdict on an envelope, with a receipt when the envelope used up its sequence or nonce. */
export interface Settlement {
  /** 32 bytes: the envelope's hash, or keccak256 of a delivery that holds no envelope. */
  hash: Uint8Array;
  verdict: CommandVerdict;
  receipt?: PublishedReceipt;
  /** The envelope's reply key, where the envelope is at hand and has one. */
  replyKey?: Uint8Array;
}

/** The answer about an envelope that has its receipt already: `replayed`, with that receipt. */
export function replayOf(
  hash: Uint8Array,
  receipt: PublishedReceipt,
  { replyKey }: Pick<Envelope, 'replyKey'>,
): Settlement {
  const evidence = `the envelope has receipt ${receipt.receipt.counter}, which says ${receipt.receipt.outcome}`;
  return { hash, verdict: rejected('replayed', evidence), receipt, replyKey };
}
