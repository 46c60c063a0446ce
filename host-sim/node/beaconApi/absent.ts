/** The keys of a committee as a tree, and what proves to a board the keys of those who did not sign. */

import {
  comesInPieces,
  PIECE_BITS_BYTES,
  type PieceQuestion,
} from '../../../firmware/beacon/absentPieces.js';
import { isPresent, keyNode } from '../../../firmware/beacon/committee.js';
import { concat } from '../../../firmware/bytes/concat.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { treeOf } from './tree.js';

const crypto = portableCrypto();

/** A prover converts many updates that one committee signed, and its tree takes a thousand hashes. */
const keysTrees = new WeakMap<readonly Uint8Array[], Uint8Array[]>();

/**
 * The tree over a committee's keys, by generalized index; not to be changed.
 *
 * @param pubkeys a power of two of compressed keys, 48 bytes each; the same array must always hold the same keys
 */
export function keysTree(pubkeys: readonly Uint8Array[]): readonly Uint8Array[] {
  let tree = keysTrees.get(pubkeys);
  if (!tree) {
    tree = treeOf(pubkeys.map(key => keyNode(crypto, key)));
    keysTrees.set(pubkeys, tree);
  }
  return tree;
}

/** The keys of the absent positions of `pubkeys` with the nodes that prove them, in the order of absentKeys.ts. */
export const proveAbsent = (
  pubkeys: readonly Uint8Array[],
  bits: Uint8Array,
  tree: readonly Uint8Array[] = keysTree(pubkeys),
): Uint8Array => walkOf(tree, pubkeys, bits, { index: 1, first: 0, count: pubkeys.length });

/** The proof of one piece (absentPieces.ts); `bits` are the piece's own. Undefined where the committee has no such piece. */
export function provePiece(
  pubkeys: readonly Uint8Array[],
  { bits, piece }: Pick<PieceQuestion, 'bits' | 'piece'>,
): Uint8Array | undefined {
  const count = bits.length * 8;
  const pieces = pubkeys.length / count;
  if (bits.length !== PIECE_BITS_BYTES || piece >= pieces) return undefined;
  const whole = new Uint8Array(pubkeys.length / 8).fill(0xff);
  whole.set(bits, piece * PIECE_BITS_BYTES);
  return walkOf(keysTree(pubkeys), pubkeys, whole, { index: pieces + piece, first: piece * count, count });
}

/** The part of a message about absent keys: their proof, or the roots of its pieces where that is too long. */
export function absentOf(pubkeys: readonly Uint8Array[], bits: Uint8Array): Uint8Array {
  if (!comesInPieces(bits)) return proveAbsent(pubkeys, bits);
  const pieces = bits.length / PIECE_BITS_BYTES;
  return concat(...keysTree(pubkeys).slice(pieces, 2 * pieces));
}

interface Subtree {
  /** Generalized. */
  index: number;
  /** Of its positions. */
  first: number;
  count: number;
}

/** The walk of a subtree from the left (absentKeys.ts). */
function walkOf(
  tree: readonly Uint8Array[],
  pubkeys: readonly Uint8Array[],
  bits: Uint8Array,
  subtree: Subtree,
): Uint8Array {
  const parts: Uint8Array[] = [];
  const visit = ({ count, first, index }: Subtree): void => {
    const whole = pubkeys.slice(first, first + count).every((_, i) => isPresent(bits, first + i));
    if (whole) parts.push(tree[index]);
    else if (count === 1) parts.push(pubkeys[first]);
    else {
      visit({ index: 2 * index, first, count: count / 2 });
      visit({ index: 2 * index + 1, first: first + count / 2, count: count / 2 });
    }
  };
  visit(subtree);
  return parts.length === 1 ? new Uint8Array(0) : concat(...parts);
}
