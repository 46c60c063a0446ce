/** The Entropy port over the chip's true random number generator (`esp_fill_random`). */
import type { Entropy } from '../port/entropy.js';
import type { ChipFunctions } from './chip.js';

/**
 * The Entropy port. `fill` throws when the generator stands still.
 *
 * @param radioRuns true once Wi-Fi was started: until then the generator needs another source of noise
 */
export function chipEntropy(chip: Pick<ChipFunctions, 'chipFillRandom'>, radioRuns: () => boolean): Entropy {
  return {
    fill(target) {
      const fresh = new Uint8Array(target.length);
      chip.chipFillRandom(fresh.buffer, 0, fresh.length, radioRuns() ? 1 : 0);
      // A generator that stands still gives the same word again and again; words have four bytes.
      if (fresh.length >= 16 && fresh.every((byte, at) => byte === fresh[at % 4])) {
        throw new Error('the random number generator stands still');
      }
      target.set(fresh);
    },
  };
}
