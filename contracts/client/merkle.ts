/**
 * Merkle trees as OpenZeppelin's MerkleProof verifies them: doubly hashed leaves, pairs sorted before hashing,
 * an odd node at the end of a level moved up as it is.
 */
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { type Hex, keccak256 } from '../addresses.js';

/** A tree over leaves of 32 bytes. */
export interface MerkleTree {
  root: Hex;
  /** The path from leaf number `index` (from 0) to the root. Throws a RangeError when there is no such leaf. */
  proof(index: number): Hex[];
}

/** Leaf of a batch: an envelope's hash. */
export const envelopeLeaf = (envelopeHash: Hex): Hex => leafOf(envelopeHash);

/** Leaf of the manufacture list: a device. */
export const deviceLeaf = (device: Hex): Hex => leafOf(padded(device));

/** Leaf of anchored receipts: a receipt's digest and its signer. */
export const receiptLeaf = (digest: Hex, signer: Hex): Hex => leafOf(digest, padded(signer));

/** The tree over at least one leaf, in the order that `proof` counts. Throws a TypeError without one. */
export function merkleTree(leaves: readonly Hex[]): MerkleTree {
  if (leaves.length === 0) throw new TypeError('a Merkle tree needs at least one leaf');
  const levels: Hex[][] = [[...leaves]];
  while (levels[levels.length - 1]!.length > 1) {
    const below = levels[levels.length - 1]!;
    const level: Hex[] = [];
    for (let i = 0; i < below.length; i += 2) {
      level.push(i + 1 < below.length ? hashPair(below[i]!, below[i + 1]!) : below[i]!);
    }
    levels.push(level);
  }
  const proof = (index: number): Hex[] => {
    if (!(index in leaves)) throw new RangeError(`no leaf ${index}`);
    const path: Hex[] = [];
    let at = index;
    for (const level of levels.slice(0, -1)) {
      const sibling = level[at ^ 1];
      if (sibling) path.push(sibling);
      at >>= 1;
    }
    return path;
  };
  return { root: levels[levels.length - 1]![0]!, proof };
}

function hashPair(a: Hex, b: Hex): Hex {
  const [low, high] = a.toLowerCase() < b.toLowerCase() ? [a, b] : [b, a];
  return hex(keccak256(concatBytes(bytes(low), bytes(high))));
}

const leafOf = (...words: Hex[]): Hex => hex(keccak256(keccak256(concatBytes(...words.map(bytes)))));
const padded = (address: Hex): Hex => `0x${address.slice(2).padStart(64, '0')}`;
const bytes = (value: Hex): Uint8Array => hexToBytes(value.slice(2));
const hex = (value: Uint8Array): Hex => `0x${bytesToHex(value)}`;
