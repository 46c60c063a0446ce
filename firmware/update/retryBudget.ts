/**
 * RetryBudget with a release whose bytes keep being wrong: an offer can be repeated by anybody, each download wears the
 * idle slot, and a liar costs nothing. The first failures cost no wait, later ones double it.
 */

import { equal } from '../bytes/equal.js';
import type { Clock } from '../port/clock.js';

/** Failures in a row that are tried again at once. */
const FREE_FAILURES_MAX = 3;
/** Milliseconds after the first one beyond, doubled with each, up to an hour. */
const FIRST_WAIT_MS = 10_000;
const WAIT_MS_MAX = 3_600_000;

export class RetryBudget {
  readonly #clock: Clock;
  #release: Uint8Array = new Uint8Array(0);
  #failures = 0;
  #until = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds until the release may be downloaded again; 0 when it may now. */
  wait(release: Uint8Array): number {
    return equal(release, this.#release) ? Math.max(0, this.#until - this.#clock.monotonic()) : 0;
  }

  failed(release: Uint8Array): void {
    if (!equal(release, this.#release)) this.#failures = 0;
    this.#release = release;
    this.#failures++;
    if (this.#failures <= FREE_FAILURES_MAX) return;
    const wait = Math.min(
      WAIT_MS_MAX,
      FIRST_WAIT_MS * 2 ** Math.min(20, this.#failures - FREE_FAILURES_MAX - 1),
    );
    this.#until = this.#clock.monotonic() + wait;
  }
}
