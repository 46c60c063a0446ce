/**
 * The Node side of the Socket port (firmware/port/socket.ts), over node:net and node:tls.
 *
 * A board's image may run in a realm of its own (a bare `vm` context), and bytes of another realm fail its
 * `instanceof Uint8Array`: whatever is handed in is made with the constructor of the image's realm.
 */
import net from 'node:net';
import tls from 'node:tls';
import type { Network, Socket, SocketOptions } from '../../../firmware/port/socket.js';

export interface NodeNetworkOptions {
  /** The constructor of the realm that the image runs in; this realm's if left out. */
  Uint8Array?: Uint8ArrayConstructor;
  /** Certificates (PEM) to trust, and no others: those a board was built with. Node's own list if left out. */
  certificates?: string | Buffer | Array<string | Buffer>;
}

/** Unsent bytes get this long to leave after `close`; then the connection is cut. */
const lingerMilliseconds = 2000;

/** Outgoing TCP and TLS connections of this process. */
export function nodeNetwork(options: NodeNetworkOptions = {}): Network {
  const Bytes = options.Uint8Array ?? Uint8Array;
  return {
    connect(wanted: SocketOptions): Socket {
      return new NodeSocket(wanted, Bytes, options.certificates);
    },
  };
}

class NodeSocket implements Socket {
  readonly #options: SocketOptions;
  readonly #Bytes: Uint8ArrayConstructor;
  readonly #socket: net.Socket;
  #connected = false;
  #closed = false;
  /** Bytes that may still be written, as the last `onWritable` or `write` said. */
  #allowance = 0;
  #cause: string | undefined;

  constructor(
    options: SocketOptions,
    Bytes: Uint8ArrayConstructor,
    certificates: NodeNetworkOptions['certificates'],
  ) {
    this.#options = options;
    this.#Bytes = Bytes;
    this.#socket = open(options, certificates);
    this.#socket.on(options.secure ? 'secureConnect' : 'connect', () => {
      this.#connected = true;
      this.#socket.setNoDelay(true);
      this.#announceWritable();
    });
    this.#socket.on('readable', () => {
      const count = this.#socket.readableLength;
      if (count > 0 && !this.#closed) options.onReadable(count);
      // Only a read past the last byte makes Node tell of the end.
      else this.#socket.read(0);
    });
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#cause = error.code ?? error.message;
    });
    this.#socket.on('close', () => {
      if (this.#closed) return;
      this.#closed = true;
      if (this.#cause === undefined && !this.#connected) this.#cause = 'closed before it was connected';
      options.onClosed(this.#cause);
    });
  }

  read(count?: number): Uint8Array | undefined {
    if (this.#closed) return undefined;
    const waiting = this.#socket.readableLength;
    const wanted = Math.min(count ?? waiting, waiting);
    if (wanted <= 0) return undefined;
    const chunk: Buffer | null = this.#socket.read(wanted);
    if (chunk === null) return undefined;
    if (this.#socket.readableLength === 0) this.#socket.read(0);
    const bytes = new this.#Bytes(chunk.length);
    bytes.set(chunk);
    return bytes;
  }

  write(bytes: Uint8Array): number {
    if (this.#closed) return 0;
    if (bytes.length > this.#allowance) {
      throw new RangeError(`write of ${bytes.length} bytes where ${this.#allowance} are allowed`);
    }
    this.#allowance -= bytes.length;
    // Copied, since Node keeps the bytes until they are sent and the image may use its buffer again.
    this.#socket.write(Buffer.from(bytes), () => {
      if (this.#socket.writableLength === 0) this.#announceWritable();
    });
    return this.#allowance;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const linger = setTimeout(() => this.#socket.destroy(), lingerMilliseconds);
    this.#socket.once('close', () => clearTimeout(linger));
    if (this.#connected) this.#socket.destroySoon();
    else this.#socket.destroy();
  }

  #announceWritable(): void {
    if (this.#closed || !this.#connected || this.#socket.destroyed) return;
    this.#allowance = this.#socket.writableHighWaterMark;
    this.#options.onWritable(this.#allowance);
  }
}

function open(options: SocketOptions, certificates: NodeNetworkOptions['certificates']): net.Socket {
  const { host, port } = options;
  try {
    if (!options.secure) return net.connect({ host, port });
    const servername = net.isIP(host) ? undefined : host;
    return tls.connect({ host, port, servername, ca: certificates });
  } catch (error) {
    // Node throws at once on some arguments (a port above 65535); the port's callers expect a callback.
    const failed = new net.Socket();
    failed.destroy(error as Error);
    return failed;
  }
}
