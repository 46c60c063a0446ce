/**
 * The proof of many absent positions comes in pieces: whole, a third of a committee would end a board of little memory.
 * Its message then has only the roots of the committee's pieces, which hash up to the root over all keys, and the proof
 * of each piece (absentKeys.ts, below that root) is a question of its own. Anybody can answer it: the keys depend on
 * the committee and the bits alone. The bitmap decides which form a message has, so that none has two readings.
 */

import { equal } from '../bytes/equal.js';
import { absentBytes } from './absentKeys.js';
import { type Hashing, hashPair } from './merkle.js';

/** Bytes of a proof that its message holds whole: some 25 scattered positions of 512. */
export const WHOLE_BYTES_MAX = 4096;

/** Positions of a piece. */
const PIECE_POSITIONS = 64;

/** Bytes of the bitmap of a piece. */
export const PIECE_BITS_BYTES = PIECE_POSITIONS / 8;

/** Bytes of the proof of a piece: all its keys. */
export const PIECE_BYTES_MAX = PIECE_POSITIONS * 48;

/** The question for a piece of a proof. */
export interface PieceQuestion {
  /** The period of the committee. */
  period: number;
  /** The place of the piece, from 0. */
  piece: number;
  /** The piece's part of the bitmap, 8 bytes, some of it zero. */
  bits: Uint8Array;
}

/** True for a bitmap whose proof is longer than `WHOLE_BYTES_MAX`. */
export const comesInPieces = (bits: Uint8Array): boolean => absentBytes(bits) > WHOLE_BYTES_MAX;

/** The bitmap's part for a piece. */
export const pieceBits = (bits: Uint8Array, piece: number): Uint8Array =>
  bits.subarray(piece * PIECE_BITS_BYTES, (piece + 1) * PIECE_BITS_BYTES);

/** The first piece at or after `from` that has absent positions, or undefined. */
export function nextPiece(bits: Uint8Array, from: number): number | undefined {
  for (let piece = from; piece * PIECE_BITS_BYTES < bits.length; piece++)
    if (pieceBits(bits, piece).some(byte => byte !== 0xff)) return piece;
  return undefined;
}

/**
 * True when `roots` (32 bytes each) are the nodes above the pieces of a committee.
 *
 * @param keysRoot root over the committee's keys, 32 bytes
 * @param bits one bit a position
 */
export function areRootsOfPieces(
  crypto: Hashing,
  keysRoot: Uint8Array,
  bits: Uint8Array,
  roots: Uint8Array,
): boolean {
  if (roots.length !== (bits.length / PIECE_BITS_BYTES) * 32) return false;
  let nodes: Uint8Array[] = [];
  for (let at = 0; at < roots.length; at += 32) nodes.push(roots.subarray(at, at + 32));
  while (nodes.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i < nodes.length; i += 2) above.push(hashPair(crypto, nodes[i], nodes[i + 1]));
    nodes = above;
  }
  return equal(nodes[0], keysRoot);
}
