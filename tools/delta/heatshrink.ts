/**
 * The compression of heatshrink (Scott Vokes, 2013), made for a reader with little memory: a bit 1 and a byte, or a bit 0,
 * how far back and how many bytes are taken from there. Of all ways to say the same the shortest is found.
 */
import { BitWriter } from './bitWriter.js';

/** Bits of how far back, and of how many bytes. */
export interface Shape {
  windowBits: number;
  lengthBits: number;
}

/** Places that are compared for each byte. */
const TRIES_MAX = 48;

/** For each byte the longest match that begins in the window before it. */
interface Matches {
  distances: Uint16Array;
  lengths: Uint16Array;
}

/** The matches of all bytes. What repeats is found by its first three bytes, the nearest first. */
export function matchesOf(bytes: Uint8Array, { lengthBits, windowBits }: Shape): Matches {
  const { length } = bytes;
  const [distances, lengths] = [new Uint16Array(length), new Uint16Array(length)];
  const newest = new Int32Array(1 << 16).fill(-1);
  const before = new Int32Array(length);
  const hashAt = (i: number) => (bytes[i] * 0x9e5 + bytes[i + 1] * 0x6b + bytes[i + 2] * 0x1f35) & 0xffff;
  for (let i = 0; i + 2 < length; i++) {
    const most = Math.min(1 << lengthBits, length - i);
    // A match of the byte before goes on here, one shorter.
    let best = i > 0 && lengths[i - 1] > 1 ? lengths[i - 1] - 1 : 0;
    let distance = best > 0 ? distances[i - 1] : 0;
    const hash = hashAt(i);
    let at = newest[hash];
    while (best < most && distance > 0 && bytes[i + best] === bytes[i + best - distance]) best++;
    for (let tries = 0; at >= 0 && i - at <= 1 << windowBits && tries < TRIES_MAX && best < most; tries++) {
      let same = 0;
      if (bytes[at + best] === bytes[i + best])
        while (same < most && bytes[at + same] === bytes[i + same]) same++;
      if (same > best) [best, distance] = [same, i - at];
      at = before[at];
    }
    [distances[i], lengths[i]] = [distance, best];
    before[i] = newest[hash];
    newest[hash] = i;
  }
  return { distances, lengths };
}

const LITERAL_BITS = 9;

/** The bytes that are said at once from each place on, for the fewest bits in all, and the number of those bits. */
export function plan(lengths: Uint16Array, { lengthBits, windowBits }: Shape) {
  const takes = new Uint16Array(lengths.length);
  const costs = new Float64Array(lengths.length + 1);
  for (let i = lengths.length - 1; i >= 0; i--) {
    const length = Math.min(lengths[i], 1 << lengthBits);
    costs[i] = LITERAL_BITS + costs[i + 1];
    takes[i] = 1;
    const back = 1 + windowBits + lengthBits + costs[i + length];
    if (length > 1 && back < costs[i]) [costs[i], takes[i]] = [back, length];
  }
  return { takes, bits: costs[0] };
}

/** The bytes as heatshrink reads them. */
export function shrink(
  bytes: Uint8Array,
  { lengthBits, windowBits }: Shape,
  takes: Uint16Array,
  distances: Uint16Array,
): Uint8Array {
  const writer = new BitWriter();
  for (let i = 0; i < bytes.length; i += takes[i]) {
    if (takes[i] === 1) {
      writer.write(1, 1);
      writer.write(bytes[i], 8);
    } else {
      writer.write(0, 1);
      writer.write(distances[i] - 1, windowBits);
      writer.write(takes[i] - 1, lengthBits);
    }
  }
  return writer.end();
}
