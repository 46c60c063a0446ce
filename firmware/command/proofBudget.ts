/**
 * The budget of proofs for what no walked link names: whoever merely reaches the board must not decide how often it
 * asks the chain. All that came meanwhile shares the next proof; one that finds what it was made for costs nothing.
 */

import type { Clock } from '../port/clock.js';

/**
 * Milliseconds from a proof that found nothing to the next, by the profile of the trust configuration: while something
 * is developed a person waits, and makes most of what finds nothing.
 */
export const UNNAMED_PROOF_EVERY_MS = { production: 10_000, development: 250 } as const;
/** Milliseconds from a reading that failed, through no fault of an envelope's, to the next. */
const FAILED_READING_EVERY_MS = 1000;

/** The use of a proof: it found what it was made for, or nothing, or there was none to be had. */
export type Found = 'named' | 'nothing' | 'unread';

/** Counts proofs of one board. */
export class ProofBudget {
  readonly #clock: Clock;
  readonly #everyMs: number;
  #allowedAt = 0;

  constructor(clock: Clock, everyMs: number) {
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  /** Milliseconds until what no link names may have a proof; 0 when it may have one now. */
  get waitMs(): number {
    return Math.max(0, this.#allowedAt - this.#clock.monotonic());
  }

  /** Counts a proof. */
  spend(found: Found): void {
    if (found === 'named') return;
    const everyMs = found === 'nothing' ? this.#everyMs : Math.min(FAILED_READING_EVERY_MS, this.#everyMs);
    this.#allowedAt = this.#clock.monotonic() + everyMs;
  }
}
