/** A network in memory that calls back from within the calls made to it, as a platform may. */
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
