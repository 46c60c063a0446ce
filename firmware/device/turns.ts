/** One thing at a time: what arrives while the board decides waits its turn, up to a bound. */

export class Turns {
  readonly #maximum: number;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** False when there is no room. A task must deal with its own failures; one that throws faults the board. */
  add(task: () => Promise<void>): boolean {
    if (this.#waiting >= this.#maximum) return false;
    this.#waiting++;
    this.#last = this.#last.then(task).then(() => {
      this.#waiting--;
    });
    return true;
  }
}
