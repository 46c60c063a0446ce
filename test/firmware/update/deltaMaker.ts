/** A delta applied in memory, in pieces. */
import { concat } from '../../../firmware/bytes/concat.js';
import { undelta } from '../../../firmware/update/delta.js';
import { Unshrink } from '../../../firmware/update/unshrink.js';

export interface Made {
  bytes: Uint8Array;
  /** The most that came between two times at which others have their turn. */
  steps: number;
  /** Bytes of the delta that were taken. */
  taken: number;
}

/** The bytes that a delta makes, given in pieces of so many. */
export function make(base: Uint8Array, delta: Uint8Array, size: number, pieceBytes = 2048): Made {
  const packed = new Unshrink();
  const parts: Uint8Array[] = [];
  let taken = 0;
  let steps = 0;
  const source = {
    length: base.length,
    read(offset: number, length: number) {
      if (offset < 0 || offset + length > base.length) throw new RangeError('beyond the base');
      return base.slice(offset, offset + length);
    },
  };
  for (const piece of undelta(packed, source, size)) {
    steps++;
    if (piece) parts.push(piece.slice());
    else if (taken >= delta.length) break;
    else packed.take(delta.subarray(taken, (taken += pieceBytes)));
  }
  return { bytes: concat(...parts), steps, taken: Math.min(taken, delta.length) };
}

/** Bytes without a pattern that a delta could use. */
export const noise = (length: number, seed: number): Uint8Array => {
  let state = seed;
  return new Uint8Array(length).map(() => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 16;
  });
};
