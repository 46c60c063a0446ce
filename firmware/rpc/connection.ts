/**
 * One connection of an HTTP client, and what its socket calls. Methods: a function that is made for each of them would
 * cost a chip 128 bytes for as long as the connection is kept.
 */
import type { Socket, SocketOptions } from '../port/socket.js';
import type { Url } from './url.js';

/** The client of a connection. */
export interface ConnectionOwner {
  /** Something waits to be read. */
  readable(connection: Connection): void;
  /** More may be written. */
  writable(connection: Connection): void;
  /** The connection ended, by the peer (no cause) or by a failure. */
  closed(connection: Connection, cause: string | undefined): void;
}

/** A connection that is open, or is being made. */
export class Connection implements SocketOptions {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly #owner: ConnectionOwner;
  socket: Socket | undefined = undefined;
  /** Bytes that may be written. */
  allowance = 0;
  isClosed = false;

  constructor({ host, port, secure }: Url, owner: ConnectionOwner) {
    this.host = host;
    this.port = port;
    this.secure = secure;
    this.#owner = owner;
  }

  onReadable(): void {
    this.#owner.readable(this);
  }

  onWritable(count: number): void {
    this.allowance = count;
    this.#owner.writable(this);
  }

  onClosed(cause?: string): void {
    this.isClosed = true;
    this.#owner.closed(this, cause);
  }
}
