/** The Network port over the host's sockets, and what hands their events to the image. Classes: see flash.ts. */
import type { Network, Socket, SocketOptions } from '../../../firmware/port/socket.js';
import type { Host } from './host.js';

/** The host's sockets. */
type Sockets = Pick<Host, 'close' | 'connect' | 'read' | 'write'>;

/** The Network port; the host tells it of its sockets by their numbers. */
export class HostNetwork implements Network {
  readonly #host: Sockets;
  readonly #sockets = new Map<number, SocketOptions>();
  #lastId = 0;

  constructor(host: Sockets) {
    this.#host = host;
  }

  connect(options: SocketOptions): Socket {
    const id = ++this.#lastId;
    // There is no TLS here; the image is told as of a connection that failed.
    if (options.secure) this.#host.connect(id, '', 0);
    else this.#host.connect(id, `${options.host}`, +options.port);
    this.#sockets.set(id, options);
    return new HostSocket(this.#host, this.#sockets, id);
  }

  readable(id: number, count: number): void {
    this.#sockets.get(id)?.onReadable(count);
  }

  writable(id: number, count: number): void {
    this.#sockets.get(id)?.onWritable(count);
  }

  closed(id: number, cause: string | undefined): void {
    const options = this.#sockets.get(id);
    this.#sockets.delete(id);
    options?.onClosed(cause);
  }
}

class HostSocket implements Socket {
  readonly #host: Sockets;
  readonly #sockets: Map<number, SocketOptions>;
  readonly #id: number;

  constructor(host: Sockets, sockets: Map<number, SocketOptions>, id: number) {
    this.#host = host;
    this.#sockets = sockets;
    this.#id = id;
  }

  read(count?: number): Uint8Array | undefined {
    const buffer = this.#host.read(this.#id, count === undefined ? -1 : +count);
    return buffer && new Uint8Array(buffer);
  }

  write(bytes: Uint8Array): number {
    return this.#host.write(this.#id, bytes);
  }

  close(): void {
    if (this.#sockets.delete(this.#id)) this.#host.close(this.#id);
  }
}
