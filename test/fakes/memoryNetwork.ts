/** A network in which one HTTP server is always there and nothing takes time, for tests that run a thousand times. */
import type { Network, Socket, SocketOptions } from '../../firmware/port/socket.js';

export interface MemoryNetworkOptions {
  /** The whole answer to a request, head and body; undefined hangs up. */
  answer(request: string): Uint8Array | undefined;
  /** Told what a board throws while it handles an event: that is its end. */
  onCrash(error: unknown): void;
  /** Bytes that become readable at once. */
  piece?: number;
}

export function memoryNetwork({ answer, onCrash, piece = 4096 }: MemoryNetworkOptions): Network {
  return {
    connect(options: SocketOptions): Socket {
      let closed = false;
      let received = '';
      let waiting = new Uint8Array(0);
      let readable = 0;
      const later = (event: () => void) =>
        setImmediate(() => {
          if (closed) return;
          try {
            event();
          } catch (error) {
            closed = true;
            onCrash(error);
          }
        });
      const announce = () => {
        if (waiting.length === 0) return;
        readable = Math.min(piece, waiting.length);
        later(() => {
          options.onReadable(readable);
          announce();
        });
      };
      later(() => options.onWritable(65_536));
      return {
        read(count = readable) {
          const bytes = waiting.slice(0, Math.min(count, readable));
          if (bytes.length === 0) return undefined;
          waiting = waiting.slice(bytes.length);
          readable -= bytes.length;
          return bytes;
        },
        write(bytes) {
          received += Buffer.from(bytes).toString('latin1');
          if (received.endsWith('\r\n\r\n')) {
            const told = answer(received);
            received = '';
            if (told) {
              waiting = Uint8Array.from(told);
              announce();
            } else
              later(() => {
                closed = true;
                options.onClosed();
              });
          }
          return 65_536;
        },
        close() {
          closed = true;
        },
      };
    },
  };
}

/** An HTTP answer of an image server that knows ranges. */
export function rangeAnswer(bytes: Uint8Array, request: string): Uint8Array {
  const first = Number(/range: bytes=(\d+)-/i.exec(request)?.[1] ?? 0);
  const rest = bytes.subarray(first);
  const head =
    first === 0
      ? `HTTP/1.1 200 OK\r\nContent-Length: ${rest.length}\r\n\r\n`
      : `HTTP/1.1 206 Part\r\nContent-Length: ${rest.length}\r\nContent-Range: bytes ${first}-${bytes.length - 1}/${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), rest]);
}
