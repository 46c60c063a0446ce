/** What a board says about an envelope, and the trail of proof that led there. */

import { rejected, type TrustCause, type Verdict } from '../bytes/verdict.js';
import type { PublishedReceipt } from '../ledger/receiptWire.js';
import type { CommandCode } from './judge.js';

export type CommandCause = TrustCause | 'no_witness' | 'withheld' | 'paused' | 'suspended' | 'busy';

export type CommandVerdict = Verdict<undefined, CommandCode, CommandCause>;

/** What became of an envelope: a verdict, and a receipt when it consumed its sequence or nonce. */
export interface Settlement {
  hash: Uint8Array;
  verdict: CommandVerdict;
  receipt?: PublishedReceipt;
}

/** What is said of an envelope that has its receipt. */
export function replayOf(hash: Uint8Array, receipt: PublishedReceipt): Settlement {
  const evidence = `receipt ${receipt.receipt.counter} says ${receipt.receipt.outcome}`;
  return { hash, verdict: rejected('replayed', evidence), receipt };
}
