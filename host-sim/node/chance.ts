/** Chance that can be repeated: the same seed gives the same faults (xorshift32, Marsaglia 2003). */
export class Chance {
  #state: number;

  constructor(readonly seed: number) {
    // Spreads small seeds; the state must not be zero.
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  }

  /** 0 to `limit` - 1. */
  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  /** One of a span: `least` to `most` - 1. */
  within({ least, most }: { least: number; most: number }): number {
    return least + this.below(most - least);
  }

  /** One of several. */
  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)];
  }

  /** Eight bits. */
  byte(): number {
    return this.below(65536) >> 8;
  }
}
