/** A clock that stands still until a test moves it. */
import type { Clock } from '../../firmware/port/clock.js';

/** Lets all that waits for nothing but promises run. */
const settled = () => new Promise<void>(resolve => setImmediate(resolve));

/**
 * The clock of whatever a test holds in its hand.
 *
 * @example
 * const clock = new HandClock();
 * clock.after(1000, () => console.log('a second later'));
 * clock.advance(1000);
 */
export class HandClock implements Clock {
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

  /** Moves on by so many milliseconds and calls back what falls due on the way, in order. */
  advance(milliseconds: number): void {
    const until = this.#now + milliseconds;
    while (this.#fire(until));
    this.#now = until;
  }

  /** The same, and lets what is called back finish, as far as it waits for promises alone, before the clock goes on. */
  async advanceSettled(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    do await settled();
    while (this.#fire(until));
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

  /** Fires the first timer that is due; false when none is. */
  #fire(until: number): boolean {
    const [due] = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
    if (!due) return false;
    this.#timers.delete(due);
    this.#now = Math.max(this.#now, due.at);
    due.callback();
    return true;
  }
}
