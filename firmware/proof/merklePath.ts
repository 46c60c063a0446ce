/**
 * Merkle trees of OpenZeppelin's MerkleProof: keccak-256; leaves are hashed twice, so that no inner node passes for a
 * leaf; the two nodes of a pair are sorted before they are hashed, so that a path needs no directions.
 */

import { concat } from '../bytes/concat.js';
import type { Crypto } from '../port/crypto.js';

type Hashing = Pick<Crypto, 'keccak256'>;

/** Siblings in a path: a tree of a million leaves. */
export const MERKLE_DEPTH_MAX = 20;

/** The root, 32 bytes, over a 32-byte value and its siblings (32 bytes each, lowest first). */
export function merkleRoot(crypto: Hashing, value: Uint8Array, path: readonly Uint8Array[]): Uint8Array {
  let node = crypto.keccak256(crypto.keccak256(value));
  for (const sibling of path) node = merkleParent(crypto, node, sibling);
  return node;
}

/** The node (32 bytes) above two of 32 bytes each, in whichever order they stand. */
export const merkleParent = (crypto: Hashing, node: Uint8Array, sibling: Uint8Array): Uint8Array =>
  crypto.keccak256(isBelow(node, sibling) ? concat(node, sibling) : concat(sibling, node));

function isBelow(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] < b[i];
  return false;
}
