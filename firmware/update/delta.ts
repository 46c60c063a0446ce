/**
 * An image out of another one and a delta: a sequential patch as detools makes it, compressed by heatshrink, which is
 * what Espressif's esp_delta_ota takes too. It is read as it arrives, and no byte of it is believed: each length and
 * place is limited, and what comes out goes where every sector is checked.
 *
 *  04, size of the image; shape of the compression; compressed: 0, and then again and again
 *  length, so many differences to the bytes of the base; length, so many new bytes; step to the next place in the base
 *
 * A number has its sign and six bits in its first byte and seven in each further one, the lowest first; the highest bit
 * says that another byte follows.
 */

import type { Unshrink } from './unshrink.js';

/** The image that a delta begins with. */
export interface Base {
  readonly length: number;
  read(offset: number, length: number): Uint8Array;
}

/** Type 0 (sequential), compression 4 (heatshrink). */
const TYPE = 4;
/** Bytes that are made at once, at most. */
const PIECE_BYTES = 1024;
const NUMBER_BYTES_MAX = 5;
/** Steps in a row that make nothing: a few packed bytes must not keep a board busy for long. */
const EMPTY_MAX = 64;

/**
 * Gives the bytes of the image in pieces, each valid until the next is asked for, and undefined where `packed` has to
 * take more of the delta first. Ends after the last byte of the image, and before it where this is no delta of an image
 * of that size from that base. Between two pieces it does a bounded amount of work.
 */
export function* undelta(
  packed: Unshrink,
  base: Base,
  size: number,
): Generator<Uint8Array | undefined, void, void> {
  const raw = () => packed.raw();
  const next = () => packed.next();
  if ((yield* readNumber(raw)) !== TYPE || (yield* readNumber(raw)) !== size) return;
  if (!packed.begin(yield* readByte(raw)) || (yield* readNumber(next)) !== 0) return;
  const piece = new Uint8Array(PIECE_BYTES);
  let made = 0;
  let at = 0;
  let empty = 0;
  for (;;) {
    const before = made;
    for (let isNew = 0; isNew < 2; isNew++) {
      let left = yield* readNumber(next);
      if (left < 0 || left > size - made || (!isNew && left > base.length - at)) return;
      while (left > 0) {
        const count = Math.min(left, PIECE_BYTES);
        const old = isNew ? undefined : base.read(at, count);
        for (let i = 0; i < count; i++) {
          let byte = packed.next();
          while (byte < 0) {
            yield undefined;
            byte = packed.next();
          }
          piece[i] = old ? old[i] + byte : byte;
        }
        yield piece.subarray(0, count);
        if (old) at += count;
        made += count;
        left -= count;
      }
    }
    empty = made === before ? empty + 1 : 0;
    if (made === size || empty > EMPTY_MAX) return;
    at += yield* readNumber(next);
    if (at < 0 || at > base.length) return;
  }
}

function* readByte(next: () => number): Generator<undefined, number, void> {
  let byte = next();
  while (byte < 0) {
    yield undefined;
    byte = next();
  }
  return byte;
}

/** Infinity, which no number here may be, for one of too many bytes. */
function* readNumber(next: () => number): Generator<undefined, number, void> {
  const first = yield* readByte(next);
  let value = first & 0x3f;
  let more = first & 0x80;
  for (let scale = 64, bytes = 1; more > 0; scale *= 128, bytes++) {
    if (bytes === NUMBER_BYTES_MAX) return Infinity;
    const byte = yield* readByte(next);
    value += (byte & 0x7f) * scale;
    more = byte & 0x80;
  }
  return first & 0x40 ? -value : value;
}
