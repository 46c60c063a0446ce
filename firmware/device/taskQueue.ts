/** The board's tasks, one after the other. Each has a name, and one of a name waits at most: the names bound them. */

/** Runs tasks in the order in which their names came. */
export class TaskQueue {
  readonly #waiting = new Map<string, () => Promise<void>>();
  #closed = false;
  #working = false;
  #last: Promise<void> = Promise.resolve();

  /**
   * Adds a task that does all there is to do under its name, unless one of that name waits. A task deals with its own
   * failures; one that throws faults the board.
   */
  add(name: string, task: () => Promise<void>): void {
    if (this.#closed || this.#waiting.has(name)) return;
    this.#waiting.set(name, task);
    if (!this.#working) this.#last = this.#work();
  }

  /** Adds a task and tells its outcome; undefined, and nothing is added, when one of that name waits, or it is closed. */
  run<T>(name: string, task: () => Promise<T>): Promise<T | undefined> {
    if (this.#closed || this.#waiting.has(name)) return Promise.resolve(undefined);
    return new Promise(resolve => this.add(name, () => task().then(resolve)));
  }

  /** Begins no further task; resolves when the one that runs has ended. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#last;
  }

  async #work(): Promise<void> {
    this.#working = true;
    await undefined; // Begins on a stack of its own: see JsonRpcEndpoint.batch.
    for (const [name, task] of this.#waiting) {
      if (this.#closed) break;
      this.#waiting.delete(name);
      await task();
    }
    this.#working = false;
  }
}
