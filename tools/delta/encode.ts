/**
 * The delta that makes one image out of another: a sequential patch as detools makes it, compressed by heatshrink (also
 * what Espressif's esp_delta_ota reads). The same two images give the same bytes on every machine.
 */
import { concat } from '../../firmware/bytes/concat.js';
import { WINDOW_BITS_MAX } from '../../firmware/update/unshrink.js';
import { chunksOf } from './chunks.js';
import { matchesOf, plan, type Shape, shrink } from './heatshrink.js';

/** Type 0 (sequential) and compression 4 (heatshrink). */
const HEADER = 0x04;
const WINDOW_BITS_MIN = 8;

/** The delta from the base to the target. */
export function encodeDelta(base: Uint8Array, target: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [packSize(0)];
  for (const { adjustment, differences, extra } of chunksOf(base, target))
    parts.push(
      packSize(differences.length),
      differences,
      packSize(extra.length),
      extra,
      packSize(adjustment),
    );
  return packDelta(target.length, concat(...parts));
}

/** A delta of that stream of chunks, whatever is in it, for an image of so many bytes. */
export const packDelta = (size: number, stream: Uint8Array): Uint8Array =>
  concat(Uint8Array.of(HEADER), packSize(size), shrunk(stream));

/** In the shape that takes the fewest bytes; its numbers come first. */
function shrunk(bytes: Uint8Array): Uint8Array {
  let best: { shape: Shape; bits: number; takes: Uint16Array; distances: Uint16Array } | undefined;
  for (let windowBits = WINDOW_BITS_MIN; windowBits <= WINDOW_BITS_MAX; windowBits++) {
    const shape = { windowBits, lengthBits: windowBits - 1 };
    const { distances, lengths } = matchesOf(bytes, shape);
    const planned = plan(lengths, shape);
    if (!best || planned.bits < best.bits) best = { shape, ...planned, distances };
  }
  const { distances, shape, takes } = best!;
  const head = Uint8Array.of(((shape.windowBits - 4) << 4) | (shape.lengthBits - 3));
  return concat(head, shrink(bytes, shape, takes, distances));
}

/** A number as detools packs it: its sign and six bits, then seven at a time, the lowest first. */
export function packSize(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = Math.abs(value);
  bytes.push((value < 0 ? 0x40 : 0) | (rest & 0x3f));
  for (rest = Math.floor(rest / 64); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1] |= 0x80;
    bytes.push(rest & 0x7f);
  }
  return Uint8Array.from(bytes);
}
