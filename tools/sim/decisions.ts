/** The decisions of fleets' thresholds, one after the other: each is signed over a nonce that only one can have. */
export class Decisions {
  #last: Promise<unknown> = Promise.resolve();

  /** Begins when those before it are in a block, or refused. */
  inTurn<T>(decide: () => Promise<T>): Promise<T> {
    const decided = this.#last.then(decide);
    this.#last = decided.catch(() => {});
    return decided;
  }
}
