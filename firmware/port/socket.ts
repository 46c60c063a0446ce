/**
 * An outgoing TCP (or TLS) connection, shaped after ECMA-419 TCP: data is pulled by `read` and pushed by `write`, and
 * callbacks carry byte counts. There is no listener, on purpose: a board accepts no connection.
 */
export interface Socket {
  /** Up to `count` received bytes, or undefined when none wait. */
  read(count?: number): Uint8Array | undefined;
  /** Sends all of `bytes`; it must not exceed the count of the last `onWritable`. Returns what may still be written. */
  write(bytes: Uint8Array): number;
  /** Idempotent. No callback comes after it. */
  close(): void;
}

/** The peer of a connection, and the callbacks, which are called as methods of it: they may use `this`. */
export interface SocketOptions {
  host: string;
  port: number;
  /** TLS with the certificates that the platform was built with. */
  secure?: boolean;
  /** `count` bytes wait to be read. */
  onReadable(count: number): void;
  /** `count` bytes may be written. The first call means: connected. */
  onWritable(count: number): void;
  /** The peer closed (no argument) or the connection failed. At most once; the socket is then closed. */
  onClosed(cause?: string): void;
}

/** The network as a port. Names are resolved behind it. */
export interface Network {
  connect(options: SocketOptions): Socket;
}
