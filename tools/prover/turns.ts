/** So many at a time, so many waiting, and no more: a prover that is asked too much says so instead of growing. */

export class Busy extends Error {}

export class Turns {
  readonly #atOnce: number;
  readonly #mostWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce;
    this.#mostWaiting = mostWaiting;
  }

  get inFlight(): number {
    return this.#running + this.#waiting.length;
  }

  /** @throws Busy when too many wait already, and what `work` throws */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnce) this.#running++;
    else {
      if (this.#waiting.length >= this.#mostWaiting) throw new Busy('too many questions at once');
      // Who ends hands its turn over, so that it is counted already.
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
