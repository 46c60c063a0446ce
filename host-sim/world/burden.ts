/** The burden on a board's memory that is seen at its ports: its timers that are pending, its connections that are open. */
import type { Clock } from '../../firmware/port/clock.js';
import type { Network } from '../../firmware/port/socket.js';

/** Keeps the greatest numbers over all lives of one board. */
export class BurdenMeter {
  #timers = 0;
  #connections = 0;

  /** The most timers that were pending at once. */
  get timers(): number {
    return this.#timers;
  }

  /** The most connections that were open at once. */
  get connections(): number {
    return this.#connections;
  }

  /** The clock of one life, counted: those of an earlier one are gone with it. */
  clock(inner: Clock): Clock {
    const pending = new Set<object>();
    return {
      monotonic: () => inner.monotonic(),
      after: (milliseconds, callback) => {
        const timer = {};
        pending.add(timer);
        this.#timers = Math.max(this.#timers, pending.size);
        const cancel = inner.after(milliseconds, () => {
          pending.delete(timer);
          callback();
        });
        return () => {
          pending.delete(timer);
          cancel();
        };
      },
    };
  }

  /** @param open the number of connections that are open now */
  network(inner: Network, open: () => number): Network {
    return {
      connect: options => {
        const socket = inner.connect(options);
        this.#connections = Math.max(this.#connections, open());
        return socket;
      },
    };
  }
}
