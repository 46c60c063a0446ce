/** Every single-bit flip of a message, or a seeded sample of them. */

import { flipped } from '../../fakes/bytes.js';
import { seeded } from './random.js';

export interface FlipCount {
  flips: number;
  /** Verdict or stage → how often. */
  outcomes: Record<string, number>;
}

/**
 * Calls `judge` with each flipped copy, all of them or `sample` drawn by `seed`; it returns a word for what happened.
 */
export function eachFlip(
  message: Uint8Array,
  judge: (copy: Uint8Array, bit: number) => string,
  sample?: { count: number; seed: number },
): FlipCount {
  const outcomes: Record<string, number> = {};
  const bits = message.length * 8;
  const random = seeded(sample?.seed ?? 0);
  const flips = sample?.count ?? bits;
  for (let i = 0; i < flips; i++) {
    const bit = sample ? random.below(bits) : i;
    const outcome = judge(flipped(message, bit), bit);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return { flips, outcomes };
}
