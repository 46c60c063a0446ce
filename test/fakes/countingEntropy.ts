/** Entropy that counts, so that equal tests make equal keys; never for anything but tests. */
import type { Entropy } from '../../firmware/port/entropy.js';

export function countingEntropy(start = 1): Entropy {
  let next = start;
  return {
    fill(target) {
      target.fill(next++);
    },
  };
}
