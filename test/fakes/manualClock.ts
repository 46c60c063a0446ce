/** A clock that stands still until a test moves it. */
import type { Clock } from '../../firmware/port/clock.js';

export class ManualClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ at: number; callback: () => void }>();

  monotonic(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Moves on and fires what is due, in order. */
  advance(milliseconds: number): void {
    const until = this.#now + milliseconds;
    for (;;) {
      const due = [...this.#timers].filter(timer => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.callback();
    }
    this.#now = until;
  }

  /** Timers that wait: none may be left behind. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Timers that `advance(milliseconds)` would fire. */
  dueWithin(milliseconds: number): number {
    return [...this.#timers].filter(({ at }) => at <= this.#now + milliseconds).length;
  }
}
