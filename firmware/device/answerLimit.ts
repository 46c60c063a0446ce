/**
 * The limit on answers that anybody can cause as often as they like: one of a kind in a second, after a few at once. It
 * is on answers, not on reading: what is not answered was read and dropped all the same.
 */

import type { Clock } from '../port/clock.js';

/** Milliseconds between two answers of a kind. */
const ANSWER_EVERY_MS = 1000;

/** Counts answers; the kinds are the callers' own, few. */
export class AnswerLimit {
  readonly #clock: Clock;
  /** By kind: the time to which the answers so far are spread out, and what was refused since the last. */
  readonly #kinds = new Map<string, { spentUntil: number; silent: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The number of times that it was refused since the last answer of that kind; undefined when it is refused now.
   *
   * @param atOnce answers of that kind that may come in a row
   */
  take(kind: string, atOnce = 1): number | undefined {
    const now = this.#clock.monotonic();
    const { spentUntil, silent } = this.#kinds.get(kind) ?? { spentUntil: 0, silent: 0 };
    const isAllowed = spentUntil - now <= (atOnce - 1) * ANSWER_EVERY_MS;
    this.#kinds.set(
      kind,
      isAllowed
        ? { spentUntil: Math.max(now, spentUntil) + ANSWER_EVERY_MS, silent: 0 }
        : { spentUntil, silent: silent + 1 },
    );
    return isAllowed ? silent : undefined;
  }
}
