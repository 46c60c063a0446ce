/**
 * The difference of two images as bsdiff finds it (Colin Percival, 2003): stretches that are much like a stretch of the
 * base, as differences byte by byte, and what is new between them. Where code moved, its addresses differ by little and
 * often by the same, so that the differences are mostly zeros and the rest repeats.
 */
import { longestMatch, suffixesOf } from './suffixes.js';

/** A stretch like one of the base, what is new behind it, and how far from the stretch's end the next one begins in the base. */
export interface Chunk {
  /** Target less base, byte by byte. */
  differences: Uint8Array;
  extra: Uint8Array;
  adjustment: number;
}

/** Bytes that another place must match better before it is gone to. */
const BETTER_BY = 8;

/** The chunks that make the target out of the base, in order. */
export function chunksOf(base: Uint8Array, target: Uint8Array): Chunk[] {
  const within = { base, suffixes: suffixesOf(base) };
  const chunks: Chunk[] = [];
  /** The beginning of the stretch that is under way, in the target and in the base. */
  let [begun, from] = [0, 0];
  let scan = 0;
  let match = { at: 0, length: 0 };
  while (scan < target.length) {
    scan += match.length;
    const offset = from - begun;
    const isLike = (i: number) => base[i + offset] === target[i];
    let alike = 0;
    let counted = scan;
    for (; scan < target.length; scan++) {
      match = longestMatch(within, target, scan);
      for (; counted < scan + match.length; counted++) if (isLike(counted)) alike++;
      if ((match.length === alike && match.length > 0) || match.length > alike + BETTER_BY) break;
      if (isLike(scan)) alike--;
    }
    // The old place is as good: its stretch goes on.
    if (match.length === alike && scan < target.length) continue;
    const { back, length } = stretch(base, target, { begun, from, scan, at: match.at });
    const [end, next] = [begun + length, scan - back];
    const adjustment = match.at - back - (from + length);
    const last = chunks[chunks.length - 1];
    if (last && next === begun) last.adjustment += adjustment;
    else
      chunks.push({
        differences: target.slice(begun, end).map((byte, i) => byte - base[from + i]),
        extra: target.slice(end, next),
        adjustment,
      });
    [begun, from] = [next, match.at - back];
  }
  return chunks;
}

interface Bounds {
  begun: number;
  from: number;
  scan: number;
  at: number;
}

/** The bytes by which the old stretch is worth going on, and the new one worth beginning before its match. */
function stretch(base: Uint8Array, target: Uint8Array, { at, begun, from, scan }: Bounds) {
  const forward = worth(
    Math.min(scan - begun, base.length - from),
    i => base[from + i] === target[begun + i],
  );
  const backward =
    scan === target.length
      ? 0
      : worth(Math.min(scan - begun, at), i => base[at - 1 - i] === target[scan - 1 - i]);
  const overlap = begun + forward - (scan - backward);
  if (overlap <= 0) return { length: forward, back: backward };
  // Both may claim the same bytes: the border is where most of them are alike.
  const [old, fresh] = [forward - overlap, at - backward];
  let [score, best, kept] = [0, 0, 0];
  for (let i = 0; i < overlap; i++) {
    const byte = target[begun + old + i];
    if (byte === base[from + old + i]) score++;
    if (byte === base[fresh + i]) score--;
    if (score > best) [best, kept] = [score, i + 1];
  }
  return { length: old + kept, back: backward - kept };
}

/** The number of bytes, `most` at most, of which more are alike than not, by as many as can be. */
function worth(most: number, isLike: (i: number) => boolean): number {
  let [alike, best, length] = [0, 0, 0];
  for (let i = 0; i < most; i++) {
    if (isLike(i)) alike++;
    if (2 * alike - (i + 1) > best) [best, length] = [2 * alike - (i + 1), i + 1];
  }
  return length;
}
