/** The board's tasks, one after the other. Each has a name, and one of a name waits at most: the names bound them. */

/** Runs tasks in the order in which their names came. */
export class TaskQueue {
  readonly #waiting: { name: string; task(): Promise<void> }[] = [];
  #closed = false;
  #working = false;
  #last: Promise<void> = Promise.resolve();

  get isWorking(): boolean {
    return this.#working;
  }

  /**
   * Adds a task that does all there is to do under its name, unless one of that name waits. A task deals with its own
   * failures; one that throws faults the board.
   */
  add(name: string, task: () => Promise<void>): void {
    if (this.#closed || this.#waiting.some(other => other.name === name)) return;
    this.#waiting.push({ name, task });
    if (!this.#working) this.#last = this.#work();
  }

  /** Adds a task and tells its outcome; undefined, and nothing is added, when one of that name waits, or it is closed. */
  run<T>(name: string, task: () => Promise<T>): Promise<T | undefined> {
    if (this.#closed || this.#waiting.some(other => other.name === name)) return Promise.resolve(undefined);
    return new Promise(resolve => this.add(name, () => task().then(resolve)));
  }

  /** Begins no further task; resolves when the one that runs has ended. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#last;
  }

  async #work(): Promise<void> {
    this.#working = true;
    await undefined; // Begins on a stack of its own: see rpc/client.ts.
    for (let next = this.#waiting.shift(); next && !this.#closed; next = this.#waiting.shift())
      await next.task();
    this.#working = false;
  }
}
