/** A clock that stands still until a test moves it, and lets what is called back finish before it goes on. */
import type { Clock } from '../../firmware/port/clock.js';

/** Lets all that waits for nothing but promises run. */
const settled = () => new Promise<void>(resolve => setImmediate(resolve));

/** The clock of a test board. */
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

  /** Moves on by so many milliseconds, and calls back what falls due on the way, in order. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    for (;;) {
      await settled();
      const [due] = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (!due) break;
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.callback();
    }
    this.#now = until;
  }
}
