/** Slots in an account's storage trie: a slot is the leaf at keccak-256 of its 32 bytes. */

import { wordFromBytes } from '../bytes/bigEndian.js';
import { RlpCursor } from '../bytes/rlp.js';
import { type Accepted, accepted, type Rejected, rejected } from '../bytes/verdict.js';
import { type NodeHasher, verifyTrieProof } from './trie.js';

/**
 * The 32-byte word in a leaf's RLP; undefined when it is none. In a consensus state zero has no leaf, but anvil keeps a
 * leaf for a slot that was set back to zero, under its own state root: it means the same.
 */
export function decodeSlotValue(leaf: Uint8Array): Uint8Array | undefined {
  const cursor = new RlpCursor(leaf);
  if (!cursor.readInteger(0, leaf.length, 32) || cursor.end !== leaf.length) return undefined;
  return wordFromBytes(cursor.payload);
}

/** The 32-byte word in `slot` (32 bytes) under a storage root; all zeros when the slot is proven absent. */
export function verifySlot(
  crypto: NodeHasher,
  storageRoot: Uint8Array,
  slot: Uint8Array,
  proof: readonly Uint8Array[],
): Accepted<Uint8Array> | Rejected<'proof_invalid'> {
  const leaf = verifyTrieProof(crypto, storageRoot, crypto.keccak256(slot), proof);
  if (leaf.verdict === 'rejected') return leaf;
  if (leaf.value === undefined) return accepted(new Uint8Array(32));
  const word = decodeSlotValue(leaf.value);
  return word ? accepted(word) : rejected('proof_invalid', 'the leaf is not a storage value');
}
