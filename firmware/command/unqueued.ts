/**
 * Commands outside the queue: a delegate's, and a leaf of a batch. Each needs one word of the Fleet proven besides the
 * policy, and each uses up a nonce, so that nothing runs twice.
 */

import type { App } from '../app/app.js';
import { rejected, undetermined, type Verdict } from '../bytes/verdict.js';
import { batchHeadSlot, type FleetSlot, listingSlot } from '../contract/facts.js';
import type { Crypto } from '../port/crypto.js';
import type { CommandCause } from './answer.js';
import { isInBatch, judgeBatched } from './batch.js';
import { judgeDelegated, listingKey } from './delegate.js';
import type { ProvenFacts, UnqueuedContext } from './facts.js';
import type { CommandCode, Order } from './judge.js';
import type { Delivery } from './wire.js';

/** One command outside the queue, of either kind. */
export interface Unqueued {
  /** The slot of the Fleet that must be proven with the facts. */
  slot: FleetSlot;
  /** The address whose nonces are counted: the delegate's, or the fleet's for all its batches. */
  countedBy(facts: ProvenFacts): Uint8Array;
  /** True when what was proven before names the envelope. */
  isNamed(): boolean;
  judge(context: UnqueuedContext): Verdict<Order, CommandCode, CommandCause>;
}

/** The batch heads that were proven last, final and newest: what they contain is no stranger's. */
export type KnownBatchHeads = { heads: readonly Uint8Array[] };

/** A delegate's command, its signature being checked. */
export const delegated = (crypto: Crypto, app: App, { envelope }: Delivery): Unqueued => ({
  slot: listingSlot(crypto, listingKey(crypto, envelope.operator, envelope.action)),
  countedBy: () => envelope.operator,
  isNamed: () => false,
  judge: context => judgeDelegated(app, envelope, context),
});

/** A batch's command; `hash` is the envelope's. Undefined when the delivery brought no proof of its batch. */
export function batched(
  crypto: Crypto,
  app: App,
  hash: Uint8Array,
  { batch, envelope }: Delivery,
  known: KnownBatchHeads,
): Unqueued | undefined {
  if (!batch) return undefined;
  return {
    slot: batchHeadSlot(),
    countedBy: facts => facts.fleet.address,
    isNamed: () => known.heads.some(head => isInBatch(crypto, hash, envelope, batch, head)),
    judge(context) {
      const { facts, newest } = context;
      known.heads = [facts.word, newest.word];
      if (isInBatch(crypto, hash, envelope, batch, facts.word)) return judgeBatched(app, envelope, context);
      if (isInBatch(crypto, hash, envelope, batch, newest.word)) {
        return undetermined('level', `the envelope's batch is not final yet at block ${facts.head.number}`);
      }
      return rejected(
        'not_anchored',
        `no batch that is proven at block ${facts.head.number} contains the envelope`,
      );
    },
  };
}
