/** The Clock port over the host's timers. A class: see flash.ts. */
import type { Clock } from '../../../firmware/port/clock.js';
import type { Host } from './host.js';

export class HostClock implements Clock {
  readonly #host: Pick<Host, 'monotonic' | 'setTimer' | 'clearTimer'>;
  readonly #callbacks = new Map<number, () => void>();
  #lastId = 0;

  constructor(host: Pick<Host, 'monotonic' | 'setTimer' | 'clearTimer'>) {
    this.#host = host;
  }

  monotonic(): number {
    return Math.floor(this.#host.monotonic());
  }

  after(milliseconds: number, callback: () => void): () => void {
    const id = ++this.#lastId;
    this.#host.setTimer(id, +milliseconds);
    this.#callbacks.set(id, callback);
    return () => this.cancel(id);
  }

  /** Does nothing where the timer has come already. */
  cancel(id: number): void {
    if (this.#callbacks.delete(id)) this.#host.clearTimer(id);
  }

  /** The host's timer of that number has come. */
  fire(id: number): void {
    const callback = this.#callbacks.get(id);
    this.#callbacks.delete(id);
    callback?.();
  }
}
