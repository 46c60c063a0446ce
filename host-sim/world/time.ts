/**
 * Virtual time: it moves from one event to the next, and stands still while anything that the last event began is under
 * way. Events are ordered by their time, then by when they were put in, so that the order never hangs on the machine.
 */
import type { Clock } from '../../firmware/port/clock.js';

interface Event {
  atMs: number;
  order: number;
  run: () => void;
  isCancelled: boolean;
}

/** A turn of the machine's own loop: everything that waits for promises alone has run when it comes. */
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

const isBefore = (a: Event, b: Event): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** The time of one world, in milliseconds since it began. */
export class VirtualTime {
  #nowMs = 0;
  #order = 0;
  #outstanding = 0;
  #wake: (() => void) | undefined;
  #failure: { error: unknown } | undefined;
  /** A binary heap: the first event is at its root. */
  readonly #heap: Event[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** When the next event is due, in ms; infinite when there is none. */
  get nextMs(): number {
    while (this.#heap[0]?.isCancelled) this.#pop();
    return this.#heap[0]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  /** Calls back once, `milliseconds` from now; never before it has returned. The returned function cancels. */
  after(milliseconds: number, run: () => void): () => void {
    const event = {
      atMs: this.#nowMs + Math.max(0, Math.ceil(milliseconds)),
      order: this.#order++,
      run,
      isCancelled: false,
    };
    this.#push(event);
    return () => {
      event.isCancelled = true;
    };
  }

  /** Resolves `milliseconds` later. */
  wait(milliseconds: number): Promise<void> {
    return new Promise(resolve => this.after(milliseconds, resolve));
  }

  /** A clock for one actor, which starts to count now. */
  clock(): Clock {
    const bootMs = this.#nowMs;
    return {
      monotonic: () => this.#nowMs - bootMs,
      after: (milliseconds, callback) => this.after(milliseconds, callback),
    };
  }

  /** Time stands still until the real work, which must not wait for time to pass, has settled. */
  async hold<T>(work: Promise<T>): Promise<T> {
    this.#outstanding++;
    try {
      return await work;
    } finally {
      if (--this.#outstanding === 0) this.#wake?.();
    }
  }

  /** Lets an actor go its way. An actor that fails ends the run with its error. */
  spawn(actor: Promise<unknown>): void {
    actor.catch(error => {
      this.#failure ??= { error };
    });
  }

  /**
   * Runs all events up to `untilMs`, each to its end. @param afterEach called after every event and all that it began;
   * what it throws ends the run @returns the number of events
   */
  async run(untilMs: number, afterEach: () => void = () => {}): Promise<number> {
    let count = 0;
    await this.#settle();
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#pop();
      if (next.isCancelled) continue;
      this.#nowMs = next.atMs;
      next.run();
      await this.#settle();
      count++;
      afterEach();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
    return count;
  }

  async #settle(): Promise<void> {
    await turn();
    while (this.#outstanding > 0) {
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
      await turn();
    }
    if (this.#failure) throw this.#failure.error;
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(event, heap[above])) break;
      heap[at] = heap[above];
      at = above;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below + 1 < heap.length && isBefore(heap[below + 1], heap[below])) below++;
      if (below >= heap.length || !isBefore(heap[below], last)) break;
      heap[at] = heap[below];
      at = below;
    }
    heap[at] = last;
  }
}
