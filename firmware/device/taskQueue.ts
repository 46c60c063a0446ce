/** The board's tasks, one after the other: those that come while one runs wait, up to a bound. */

/** Runs tasks in the order in which they came. */
export class TaskQueue {
  readonly #waitingMax: number;
  #waiting = 0;
  #closed = false;
  #last: Promise<void> = Promise.resolve();

  /** `waitingMax` counts the task that runs too. */
  constructor(waitingMax: number) {
    this.#waitingMax = waitingMax;
  }

  get full(): boolean {
    return this.#waiting >= this.#waitingMax;
  }

  /** Adds a task; false when there is no room. A task deals with its own failures; one that throws faults the board. */
  add(task: () => Promise<void>): boolean {
    if (this.#closed || this.full) return false;
    this.#waiting++;
    this.#last = this.#last
      .then(() => (this.#closed ? undefined : task()))
      .then(() => {
        this.#waiting--;
      });
    return true;
  }

  /** Begins no further task; resolves when the one that runs has ended. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#last;
  }
}
