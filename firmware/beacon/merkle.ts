/**
 * Merkle trees of SSZ (consensus-specs, ssz/simple-serialize.md and ssz/merkle-proofs.md): SHA-256 over pairs of
 * 32-byte nodes. A place in a tree has a generalized index: 1 is the root, 2n and 2n + 1 are the children of n.
 */

import { equal } from '../bytes/equal.js';
import type { Crypto } from '../port/crypto.js';

export type Hashing = Pick<Crypto, 'sha256'>;

/** The node above two nodes of 32 bytes. */
export function hashPair(crypto: Hashing, left: Uint8Array, right: Uint8Array): Uint8Array {
  const hash = crypto.sha256();
  hash.update(left);
  hash.update(right);
  return hash.digest();
}

/** A uint64 as a node: little-endian, then zeros. */
export function numberNode(value: number): Uint8Array {
  const node = new Uint8Array(32);
  let rest = value;
  for (let i = 0; i < 8; i++) {
    node[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return node;
}

/** The count of levels from the root down to a generalized index. */
export function depthOf(index: number): number {
  let depth = 0;
  for (let rest = index; rest > 1; rest = Math.floor(rest / 2)) depth++;
  return depth;
}

/**
 * True when `leaf` lies at `index` under `root` (32 bytes both). `branch` holds the siblings on the way up, lowest
 * first, 32 bytes each, as many as the index is deep: a longer or shorter one proves nothing.
 */
export function verifyBranch(
  crypto: Hashing,
  leaf: Uint8Array,
  index: number,
  branch: Uint8Array,
  root: Uint8Array,
): boolean {
  if (branch.length !== depthOf(index) * 32) return false;
  let node = leaf;
  let rest = index;
  for (let at = 0; at < branch.length; at += 32) {
    const sibling = branch.subarray(at, at + 32);
    node = rest % 2 === 1 ? hashPair(crypto, sibling, node) : hashPair(crypto, node, sibling);
    rest = Math.floor(rest / 2);
  }
  return equal(node, root);
}
