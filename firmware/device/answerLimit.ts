/**
 * The limit on answers that anybody can cause as often as they like: one of a kind in a second. It is on answers, not
 * on reading: what is not answered was read and dropped all the same.
 */

import type { Clock } from '../port/clock.js';

/** Milliseconds between two answers of a kind. */
export const ANSWER_EVERY_MS = 1000;

/** Counts answers; the kinds are the callers' own, few. */
export class AnswerLimit {
  readonly #clock: Clock;
  readonly #kinds = new Map<string, { allowedAt: number; silent: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The number of times that it was refused since the last answer of that kind; undefined when it is refused now. */
  take(kind: string): number | undefined {
    const now = this.#clock.monotonic();
    const known = this.#kinds.get(kind);
    if (known && now < known.allowedAt) {
      known.silent++;
      return undefined;
    }
    this.#kinds.set(kind, { allowedAt: now + ANSWER_EVERY_MS, silent: 0 });
    return known?.silent ?? 0;
  }
}
