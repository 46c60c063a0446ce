/**
 * The list of what must be undone, in the reverse order, whenever the end comes. Somebody may stop us in the middle of
 * making something: what is added after the end is undone at once, so that nothing made late stays behind.
 */

type Undo = () => Promise<unknown> | unknown;

/** Undoes what was made, the newest first. */
export class Closing {
  readonly #undone: Undo[] = [];
  #closed = false;

  /** @throws Error when the end has come already, once `undo` is through */
  async add(undo: Undo): Promise<void> {
    this.#undone.push(undo);
    if (!this.#closed) return;
    await this.close();
    throw new Error('stopped');
  }

  /** Again and again, if you like. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#undone.length > 0) await this.#undone.pop()!();
  }
}

/** Waits for `work`, but not after `signal` says to stop; rejects then, and leaves the work to itself. */
export async function unlessStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(new Error('stopped'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
