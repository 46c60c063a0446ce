/** So many at a time, so many waiting, and no more: a prover that is asked too much says so instead of growing. */

export class Overloaded extends Error {}

export class ConcurrencyLimiter {
  readonly #runningMax: number;
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(runningMax: number, waitingMax: number) {
    this.#runningMax = runningMax;
    this.#waitingMax = waitingMax;
  }

  get inFlight(): number {
    return this.#running + this.#waiting.length;
  }

  /** @throws Overloaded when too many wait already, and what `work` throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#runningMax) this.#running++;
    else {
      if (this.#waiting.length >= this.#waitingMax) throw new Overloaded('too many questions at once');
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
