/**
 * The keys of those who did not sign, proven against the committee's root. An untrusted prover sends one byte
 * string: the committee's tree walked from the left, with the node (32 bytes) of each subtree that has no absent
 * position, and the key (48 bytes) of each absent position. The zeros of the bitmap say which is which. So a position
 * cannot be left out, named twice or given another's key, and a node that two paths share travels once.
 */

import { equal } from '../bytes/equal.js';
import { isPresent, keyNode } from './committee.js';
import { type Hashing, hashPair } from './merkle.js';

/**
 * The keys (48 bytes each) of the absent positions, in order, each read from the proof when its turn comes: a list of a
 * third of a committee would take more memory than the proof. Undefined when `proof` is not exactly their proof.
 *
 * @param keysRoot root over the committee's keys, 32 bytes
 * @param bits one bit a position, the absent ones 0
 */
export function provenAbsentKeys(
  crypto: Hashing,
  keysRoot: Uint8Array,
  bits: Uint8Array,
  proof: Uint8Array,
): Iterable<Uint8Array> | undefined {
  let at = 0;
  const take = (length: number): Uint8Array => {
    at += length;
    // Past the end the piece is too short, and so is the whole: `at` tells afterwards.
    return proof.subarray(at - length, at);
  };
  const size = bits.length * 8;
  if (!someAbsent(bits, 0, size)) return proof.length === 0 ? [] : undefined;
  /** The subtrees from the left that wait for their right neighbour, and the count of positions of each. */
  const nodes: Uint8Array[] = [];
  const counts: number[] = [];
  for (let position = 0; position < size; ) {
    let node: Uint8Array;
    let count = 1;
    if (isPresent(bits, position)) {
      count = presentFrom(bits, position, size);
      node = take(32);
    } else {
      node = keyNode(crypto, take(48));
    }
    position += count;
    for (; counts.length > 0 && counts[counts.length - 1] === count; count *= 2) {
      counts.pop();
      node = hashPair(crypto, nodes.pop()!, node);
    }
    nodes.push(node);
    counts.push(count);
  }
  const isWhole = at === proof.length && nodes.length === 1 && equal(nodes[0], keysRoot);
  return isWhole ? new AbsentKeys(bits, proof) : undefined;
}

/** Bytes of the proof of the absent positions: the bitmap alone says how long it is. */
export const absentBytes = (bits: Uint8Array): number => bytesBelow(bits, 0, bits.length * 8);

/** Bytes of the proof below a subtree; 0 for one without absent positions, of which the node above may be enough. */
function bytesBelow(bits: Uint8Array, first: number, count: number): number {
  if (!someAbsent(bits, first, count)) return 0;
  if (count === 1) return 48;
  const left = bytesBelow(bits, first, count / 2);
  const right = bytesBelow(bits, first + count / 2, count / 2);
  return (left || 32) + (right || 32);
}

/** The keys in a proof that was verified, one after the other. */
class AbsentKeys implements Iterable<Uint8Array> {
  readonly #bits: Uint8Array;
  readonly #proof: Uint8Array;

  constructor(bits: Uint8Array, proof: Uint8Array) {
    this.#bits = bits;
    this.#proof = proof;
  }

  [Symbol.iterator](): Iterator<Uint8Array> {
    const size = this.#bits.length * 8;
    let position = 0;
    let at = 0;
    return {
      next: () => {
        while (position < size && isPresent(this.#bits, position)) {
          position += presentFrom(this.#bits, position, size);
          at += 32;
        }
        if (position >= size) return { done: true, value: undefined };
        position++;
        at += 48;
        return { done: false, value: this.#proof.subarray(at - 48, at) };
      },
    };
  }
}

/** The count of positions of the largest subtree without absence that begins at `position`, which is present. */
function presentFrom(bits: Uint8Array, position: number, size: number): number {
  let count = 1;
  while (position % (2 * count) === 0 && 2 * count <= size && !someAbsent(bits, position + count, count)) {
    count *= 2;
  }
  return count;
}

/** True for a subtree with absent positions. Most of a committee signs: whole bytes need no look at their bits. */
function someAbsent(bits: Uint8Array, first: number, count: number): boolean {
  if (count >= 8) {
    for (let byte = first >> 3; byte < (first + count) >> 3; byte++) if (bits[byte] !== 0xff) return true;
    return false;
  }
  for (let position = first; position < first + count; position++)
    if (!isPresent(bits, position)) return true;
  return false;
}
