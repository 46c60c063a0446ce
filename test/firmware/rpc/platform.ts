/** A network in memory that calls back from within the calls made to it, as a platform may, and a clock by hand. */
import type { Clock } from '../../../firmware/port/clock.js';
import type { Network, Socket, SocketOptions } from '../../../firmware/port/socket.js';

export interface HastyOptions {
  /** The server's answer to each write; each piece is one `onReadable`. */
  answer(written: Uint8Array): Uint8Array[];
  /** The most that may be written at once. */
  room?: number;
}

/** Connected before `connect` returns; answers before `write` returns. */
export function hastyNetwork({ answer, room = 64 }: HastyOptions): Network & { sockets: number } {
  const network = {
    sockets: 0,
    connect(options: SocketOptions): Socket {
      network.sockets++;
      const waiting: Uint8Array[] = [];
      let closed = false;
      const socket: Socket = {
        read(count = Number.POSITIVE_INFINITY) {
          const first = waiting.shift();
          if (first === undefined || first.length <= count) return first;
          waiting.unshift(first.subarray(count));
          return first.slice(0, count);
        },
        write(bytes) {
          if (closed) throw new Error('write after close');
          if (bytes.length > room) throw new RangeError('more than was allowed');
          for (const piece of answer(bytes)) {
            if (closed) break;
            waiting.push(piece);
            options.onReadable(piece.length);
          }
          if (!closed) options.onWritable(room);
          return room;
        },
        close() {
          closed = true;
        },
      };
      options.onWritable(room);
      return socket;
    },
  };
  return network;
}

/** Time passes only by `advance`. */
export class ManualClock implements Clock {
  #now = 0;
  #timers: Array<{ at: number; callback: () => void }> = [];

  monotonic(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter(other => other !== timer);
    };
  }

  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter(timer => timer !== due);
      this.#now = Math.max(this.#now, due.at);
      due.callback();
    }
    this.#now = end;
  }

  /** Timers that are set. */
  get pending(): number {
    return this.#timers.length;
  }
}
