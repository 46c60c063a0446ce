/** One thing at a time: what arrives while the board decides waits its turn, up to a bound. */

export class TaskQueue {
  readonly #maximum: number;
  #waiting = 0;
  #closed = false;
  #last: Promise<void> = Promise.resolve();

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  get full(): boolean {
    return this.#waiting >= this.#maximum;
  }

  /** False when there is no room. A task must deal with its own failures; one that throws faults the board. */
  add(task: () => Promise<void>): boolean {
    if (this.#closed || this.#waiting >= this.#maximum) return false;
    this.#waiting++;
    this.#last = this.#last
      .then(() => (this.#closed ? undefined : task()))
      .then(() => {
        this.#waiting--;
      });
    return true;
  }

  /** Begins nothing more; resolves when what runs has ended. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#last;
  }
}
