/**
 * The retry budget of a release whose bytes keep being wrong. Anybody can repeat an offer, each download wears the idle
 * slot, and a liar pays nothing. The first failures cost no wait, each later one doubles it.
 */

import { equal } from '../bytes/equal.js';
import type { Clock } from '../port/clock.js';

/** The number of failures in a row after which another attempt may begin at once. */
const FREE_FAILURES_MAX = 3;
/** The wait after the first failure beyond those; it doubles with each, up to the greatest. */
const FIRST_WAIT_MS = 10_000;
const WAIT_MS_MAX = 3_600_000;

/** Counts the failures of one release at a time, which is named by its approval hash. */
export class RetryBudget {
  readonly #clock: Clock;
  #release: Uint8Array = new Uint8Array(0);
  #failures = 0;
  #until = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds until the release may be downloaded again; 0 when it may now. */
  waitMs(release: Uint8Array): number {
    return equal(release, this.#release) ? Math.max(0, this.#until - this.#clock.monotonic()) : 0;
  }

  /** Counts a download of the release that brought wrong bytes. */
  failed(release: Uint8Array): void {
    if (!equal(release, this.#release)) this.#failures = 0;
    this.#release = release;
    this.#failures++;
    if (this.#failures <= FREE_FAILURES_MAX) return;
    const doublings = Math.min(20, this.#failures - FREE_FAILURES_MAX - 1);
    this.#until = this.#clock.monotonic() + Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** doublings);
  }
}
