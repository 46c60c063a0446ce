/** Waits before the next attempt: doubled each time up to a bound, and half of each left to chance. */
import { readNumber } from '../bytes/bigEndian.js';
import type { Entropy } from '../port/entropy.js';

export interface BackOffOptions {
  entropy: Entropy;
  /** The first step, doubled with each attempt. */
  firstWaitMilliseconds: number;
  waitMillisecondsMax: number;
}

/** The waits of one client. */
export class BackOff {
  readonly #options: BackOffOptions;
  #attempts = 0;

  /** Begins at the first step. */
  constructor(options: BackOffOptions) {
    this.#options = options;
  }

  /** Milliseconds, between half of the current step and all of it, so that a fleet does not return as one. */
  next(): number {
    const { entropy, firstWaitMilliseconds, waitMillisecondsMax } = this.#options;
    const step = Math.min(waitMillisecondsMax, firstWaitMilliseconds * 2 ** Math.min(this.#attempts++, 30));
    const chance = new Uint8Array(2);
    entropy.fill(chance);
    return Math.round(step * (0.5 + readNumber(chance)! / 131070));
  }

  /** Begins at the first step again: the last attempt was good. */
  reset(): void {
    this.#attempts = 0;
  }
}
