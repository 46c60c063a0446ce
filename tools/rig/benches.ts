/** The benches of one job of a run. */
import type { Bench } from './bench/bench.js';
import type { Target } from './bench/target.js';
import { recover } from './recover.js';

export interface BenchOptions {
  signal: AbortSignal;
  /** A world is set up; a step of that, for a person who waits. */
  opening(detail: string): void;
}

/** One at a time, kept while it is clean. */
export class Benches {
  readonly #target: Target;
  readonly #options: BenchOptions;
  #clean: Bench | undefined;
  #isSpent = false;

  constructor(target: Target, options: BenchOptions) {
    this.#target = target;
    this.#options = options;
  }

  /** True: its one board served its world, and cannot begin another. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  async take(fresh: boolean): Promise<Bench> {
    if (fresh) await this.#drop();
    if (this.#clean) return this.#clean;
    const { opening, signal } = this.#options;
    this.#clean = await this.#target.open(signal, (name, detail) => opening(`${name} ${detail}`));
    return this.#clean;
  }

  /** Keeps the bench for the next scenario where it is as it was; else the next one gets another. */
  async giveBack(bench: Bench, isClean: boolean): Promise<void> {
    if (isClean && (await bench.pace.during(() => recover(bench))) === undefined) return;
    await this.#drop();
  }

  close(): Promise<void> {
    return this.#drop();
  }

  async #drop(): Promise<void> {
    const bench = this.#clean;
    this.#isSpent ||= bench !== undefined && this.#target.isOnce === true;
    this.#clean = undefined;
    await bench?.close();
  }
}
