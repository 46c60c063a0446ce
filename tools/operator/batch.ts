/** One batch: many boards' envelopes under one root in the Fleet's batch head, and what each envelope must bring along. */

import { type Contracts, envelopeLeaf, type Hex, merkleTree } from '../../contracts/client/index.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import type { BatchProof } from '../../firmware/command/wire.js';

export interface Batch {
  nonce: number;
  blockNumber: number;
  /** The proof that the envelope with that hash (32 bytes) carries. Asks the chain for the batches since. */
  proofOf(hash: Uint8Array): Promise<BatchProof>;
}

/** Anchors the envelopes' hashes (32 bytes each) in a fleet; `notAfter` is that of every one of them. */
export async function appendBatch(
  contracts: Contracts,
  fleet: Hex,
  hashes: readonly Uint8Array[],
  notAfter: number,
): Promise<Batch> {
  const tree = merkleTree(hashes.map(hash => envelopeLeaf(toHex(hash) as Hex)));
  const { batch, sent } = await contracts.fleet.batch(fleet, tree.root, notAfter);
  return {
    nonce: batch.nonce,
    blockNumber: Number(sent.blockNumber),
    async proofOf(hash) {
      const index = hashes.findIndex(other => toHex(other) === toHex(hash));
      const since = await contracts.fleet.batches(fleet, batch.nonce - 2);
      const previous = since.find(({ nonce }) => nonce === batch.nonce - 1);
      return {
        path: tree.proof(index).map(sibling => fromHex(sibling, 32)!),
        previousHead: previous ? fromHex(previous.batchHead, 32)! : new Uint8Array(32),
        later: since
          .filter(({ nonce }) => nonce > batch.nonce)
          .map(link => ({ ...link, root: fromHex(link.root, 32)!, operator: fromHex(link.operator, 20)! })),
      };
    },
  };
}
