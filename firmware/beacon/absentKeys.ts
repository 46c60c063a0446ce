/**
 * The keys of those who did not sign, proven against the committee's root. An untrusted prover sends one byte
 * string: the committee's tree walked from the left, and for each subtree without an absent position its node (32
 * bytes), for each absent position its key (48 bytes). The zeros of the bitmap say which is which, so a position
 * cannot be left out, named twice or given another's key, and nodes that two paths share travel once.
 */

import { equal } from '../bytes/equal.js';
import { keyNode } from './committee.js';
import { type Hashing, hashPair } from './merkle.js';
import { isPresent } from './participation.js';

/** The keys (48 bytes each) of the absent positions in order, or undefined when the proof is not exactly theirs. */
export function provenAbsentKeys(
  crypto: Hashing,
  keysRoot: Uint8Array,
  bits: Uint8Array,
  proof: Uint8Array,
): Uint8Array[] | undefined {
  const keys: Uint8Array[] = [];
  let at = 0;
  const take = (length: number): Uint8Array => {
    at += length;
    // Past the end the piece is too short, and so is the whole: `at` tells afterwards.
    return proof.subarray(at - length, at);
  };
  /** As deep as the committee's tree: 9 levels for 512. */
  const node = (first: number, count: number): Uint8Array => {
    if (!someAbsent(bits, first, count)) return take(32);
    if (count === 1) {
      const key = take(48);
      keys.push(key);
      return keyNode(crypto, key);
    }
    const half = count >> 1;
    const left = node(first, half);
    return hashPair(crypto, left, node(first + half, half));
  };
  const size = bits.length * 8;
  if (!someAbsent(bits, 0, size)) return proof.length === 0 ? keys : undefined;
  const root = node(0, size);
  return at === proof.length && equal(root, keysRoot) ? keys : undefined;
}

function someAbsent(bits: Uint8Array, first: number, count: number): boolean {
  for (let position = first; position < first + count; position++)
    if (!isPresent(bits, position)) return true;
  return false;
}
