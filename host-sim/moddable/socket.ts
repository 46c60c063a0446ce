/**
 * The SDK's TCP socket of its lin platform, with two things put right for firmware/esp32/network.ts: its `read` takes
 * no count there and gives all that waits, and a callback after that would count bytes that were taken already.
 */
import type { TcpOptions, TcpSocket } from '../../firmware/esp32/network.js';

interface WholeReads {
  read(): ArrayBuffer | undefined;
  write(bytes: Uint8Array): number;
  close(): void;
}

/** @param Socket `embedded:io/socket/tcp` as it is on lin */
export function countedReads(
  Socket: new (options: TcpOptions) => WholeReads,
): new (
  options: TcpOptions,
) => TcpSocket {
  return class {
    readonly #socket: WholeReads;
    #waiting = new Uint8Array(0);

    constructor(options: TcpOptions) {
      this.#socket = new Socket({
        ...options,
        onReadable: () => {
          this.#take();
          if (this.#waiting.length > 0) options.onReadable(this.#waiting.length);
        },
      });
    }

    read(count: number): ArrayBuffer | undefined {
      if (this.#waiting.length === 0) return undefined;
      const bytes = this.#waiting.slice(0, count);
      this.#waiting = this.#waiting.slice(bytes.length);
      return bytes.buffer as ArrayBuffer;
    }

    write(bytes: Uint8Array): number {
      return this.#socket.write(bytes);
    }

    close(): void {
      this.#socket.close();
    }

    #take(): void {
      const more = this.#socket.read();
      if (!more) return;
      const bytes = new Uint8Array(this.#waiting.length + more.byteLength);
      bytes.set(this.#waiting);
      bytes.set(new Uint8Array(more), this.#waiting.length);
      this.#waiting = bytes;
    }
  };
}
