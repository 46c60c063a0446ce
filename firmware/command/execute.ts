/**
 * One envelope to its effect: what it consumes and the envelope itself are on flash before the action begins, its
 * receipt after the action ended. A power cut between the two leaves `inFlight`, and the next start deals with it.
 */

import type { Change, InFlight, Ledger } from '../ledger/ledger.js';
import type { PublishedReceipt } from '../ledger/receiptWire.js';
import type { Clock } from '../port/clock.js';
import type { Order } from './judge.js';
import { perform } from './perform.js';

export async function execute(
  ledger: Ledger,
  clock: Clock,
  order: Order,
  inFlight: InFlight,
  consumed: Change,
): Promise<PublishedReceipt> {
  ledger.commit({ ...consumed, inFlight });
  return finish(ledger, clock, order, inFlight);
}

/** The second half; by itself for an idempotent action that runs again after a power cut. */
export async function finish(
  ledger: Ledger,
  clock: Clock,
  order: Order,
  inFlight: InFlight,
): Promise<PublishedReceipt> {
  const { block, envelopeHash, sequence } = inFlight;
  const { code, outcome, result } = await perform(order, clock);
  return ledger.commit({
    inFlight: 'none',
    statement: { envelopeHash, sequence, outcome, code, result, block },
  })!;
}
