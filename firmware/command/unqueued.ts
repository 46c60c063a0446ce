/**
 * Commands that stand in no queue: a delegate's, and a leaf of a batch. Each needs one word of the Fleet proven
 * besides the policy, and each counts a nonce, so that nothing runs twice.
 */

import type { App } from '../app/app.js';
import { rejected, undetermined, type Verdict } from '../bytes/verdict.js';
import { batchHeadSlot, type FleetSlot, listingSlot } from '../contract/facts.js';
import type { Crypto } from '../port/crypto.js';
import type { CommandCause } from './answer.js';
import { isInBatch, judgeBatched } from './batch.js';
import { judgeDelegated, listingKey } from './delegate.js';
import type { ProvenFacts } from './facts.js';
import type { CommandCode, Order } from './judge.js';
import type { Delivery } from './wire.js';

/** What both are judged by. */
export interface UnqueuedContext {
  /** With the word of the slot that the command asked for. */
  facts: ProvenFacts;
  newest: ProvenFacts;
  held: Verdict<undefined, never, CommandCause>;
  /** The last consumed direct sequence. */
  consumed: number;
  /** The last nonce of the same signer, or of the fleet's batches, in this epoch. */
  lastNonce: number;
  /** Unix seconds by the clock of the purpose's level. */
  now: number;
  nowProven: boolean;
  /** The store's birth. */
  born: number;
}

export interface Unqueued {
  /** The word of the Fleet that it needs proven. */
  slot: FleetSlot;
  /** Whose nonces count: a delegate's address, or the fleet's. */
  countedBy(facts: ProvenFacts): Uint8Array;
  judge(context: UnqueuedContext): Verdict<Order, CommandCode, CommandCause>;
}

export const delegated = (crypto: Crypto, app: App, { envelope }: Delivery): Unqueued => ({
  slot: listingSlot(crypto, listingKey(crypto, envelope.operator, envelope.action)),
  countedBy: () => envelope.operator,
  judge: context => judgeDelegated(app, envelope, context),
});

/** Undefined when nothing came with it that could show its batch. */
export function batched(
  crypto: Crypto,
  app: App,
  hash: Uint8Array,
  { batch, envelope }: Delivery,
): Unqueued | undefined {
  if (!batch) return undefined;
  return {
    slot: batchHeadSlot(),
    countedBy: facts => facts.fleet.address,
    judge(context) {
      const { facts, newest } = context;
      if (isInBatch(crypto, hash, envelope, batch, facts.word)) return judgeBatched(app, envelope, context);
      if (isInBatch(crypto, hash, envelope, batch, newest.word)) {
        return undetermined('level', `its batch is not final yet at block ${facts.head.number}`);
      }
      return rejected('not_anchored', `no batch that is proven at block ${facts.head.number} contains it`);
    },
  };
}
