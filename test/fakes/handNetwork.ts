/** Image servers that give bytes when a test says so, for tests that move the clock by hand. */
import type { Network, SocketOptions } from '../../firmware/port/socket.js';

interface Connection {
  options: SocketOptions;
  /** Bytes that the server holds back. */
  held: Uint8Array;
  readable: Uint8Array;
  closed: boolean;
}

/** The servers are told apart by the host that is connected to. */
export class HandNetwork implements Network {
  /** Requests by host, in their order: `GET /path` and the first byte of the range. */
  readonly asked: [host: string, path: string, first: number][] = [];
  readonly #answer: (host: string, request: string) => { bytes: Uint8Array; held: boolean };
  readonly #connections = new Map<string, Connection>();

  /** `answer` is the answer of a server, head and body; one that is `held` arrives as `give` says. */
  constructor(answer: (host: string, request: string) => { bytes: Uint8Array; held: boolean }) {
    this.#answer = answer;
  }

  connect(options: SocketOptions) {
    const connection: Connection = {
      options,
      held: new Uint8Array(0),
      readable: new Uint8Array(0),
      closed: false,
    };
    this.#connections.set(options.host, connection);
    let received = '';
    setImmediate(() => !connection.closed && options.onWritable(65_536));
    return {
      read(count = connection.readable.length) {
        const bytes = connection.readable.slice(0, count);
        connection.readable = connection.readable.slice(bytes.length);
        return bytes.length > 0 ? bytes : undefined;
      },
      write: (bytes: Uint8Array) => {
        received += String.fromCharCode(...bytes);
        if (received.endsWith('\r\n\r\n')) {
          this.#serve(connection, received);
          received = '';
        }
        return 65_536;
      },
      close() {
        connection.closed = true;
      },
    };
  }

  /** Lets so many of the held bytes of that host's connection arrive; false when it has none or was left. */
  give(host: string, count: number): boolean {
    const connection = this.#connections.get(host);
    if (!connection || connection.closed || connection.held.length === 0) return false;
    this.#arrive(connection, connection.held.slice(0, count));
    connection.held = connection.held.slice(count);
    return true;
  }

  #serve(connection: Connection, request: string): void {
    const path = / (\S+) /.exec(request)![1];
    const { host } = connection.options;
    this.asked.push([host, path, Number(/range: bytes=(\d+)-/i.exec(request)?.[1] ?? 0)]);
    const { bytes, held } = this.#answer(host, request);
    if (held) connection.held = bytes;
    else setImmediate(() => this.#arrive(connection, bytes));
  }

  #arrive(connection: Connection, bytes: Uint8Array): void {
    if (connection.closed) return;
    const joined = new Uint8Array(connection.readable.length + bytes.length);
    joined.set(connection.readable);
    joined.set(bytes, connection.readable.length);
    connection.readable = joined;
    connection.options.onReadable(joined.length);
  }
}
