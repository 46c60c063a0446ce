/**
 * Outgoing TCP over ECMA-419 sockets (`embedded:io/socket/tcp`). They connect to addresses only, and do not say why a
 * connection failed. So names are resolved here, and it is remembered whether the connection was ever open.
 */
import type { Network, Socket, SocketOptions } from '../port/socket.js';

/** The SDK's socket. */
export interface TcpSocket {
  read(count: number): ArrayBuffer | undefined;
  write(bytes: Uint8Array): number;
  close(): void;
}

/** The SDK's options of a socket. */
export interface TcpOptions {
  address: string;
  port: number;
  nodelay: boolean;
  onReadable(count: number): void;
  onWritable(count: number): void;
  onError(): void;
}

export interface TcpNetworkOptions {
  TCP: new (options: TcpOptions) => TcpSocket;
  /** Calls back, later, with the address in dotted decimals or undefined. */
  resolve(host: string, callback: (host: string, address: string | undefined) => void): void;
  /** Calls back as soon as nothing else runs. */
  soon(callback: () => void): void;
  /** Told of exceptions that a callback did not catch: the SDK would end the machine without a word. */
  onFault(error: unknown): void;
}

/** The Network port without TLS: a secure connection ends at once, with that reason. */
export function tcpNetwork(options: TcpNetworkOptions): Network {
  return { connect: wanted => new TcpConnection(options, wanted) };
}

class TcpConnection implements Socket {
  readonly #network: TcpNetworkOptions;
  readonly #wanted: SocketOptions;
  #socket: TcpSocket | undefined = undefined;
  #connected = false;
  #closed = false;
  #waiting = 0;

  constructor(network: TcpNetworkOptions, wanted: SocketOptions) {
    this.#network = network;
    this.#wanted = wanted;
    const { host, port, secure } = wanted;
    // No callback comes before the caller has this socket in hand.
    if (secure) network.soon(() => this.#end('no TLS on this platform'));
    else if (!(port > 0 && port < 65_536)) network.soon(() => this.#end(`no such port: ${port}`));
    else if (isAddress(host)) network.soon(() => this.#open(host));
    else network.resolve(host, (_, address) => this.#resolved(address));
  }

  read(count?: number): Uint8Array | undefined {
    if (this.#closed || !this.#socket) return undefined;
    const wanted = Math.min(count ?? this.#waiting, this.#waiting);
    if (!(wanted > 0)) return undefined;
    const bytes = this.#socket.read(wanted);
    if (!bytes) return undefined;
    this.#waiting -= bytes.byteLength;
    return new Uint8Array(bytes);
  }

  write(bytes: Uint8Array): number {
    if (this.#closed || !this.#connected) return 0;
    return this.#socket!.write(bytes) ?? 0;
  }

  close(): void {
    this.#closed = true;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #resolved(address: string | undefined): void {
    if (address === undefined) this.#end(`no address for ${this.#wanted.host}`);
    else this.#open(address);
  }

  #open(address: string): void {
    if (this.#closed) return;
    try {
      this.#socket = new this.#network.TCP({
        address,
        port: this.#wanted.port,
        nodelay: true,
        onReadable: count => {
          this.#waiting = count;
          if (!this.#closed) this.#guard(() => this.#wanted.onReadable(count));
        },
        onWritable: count => {
          this.#connected = true;
          if (!this.#closed) this.#guard(() => this.#wanted.onWritable(count));
        },
        onError: () => this.#end(this.#connected ? undefined : 'no connection: refused, or no way there'),
      });
    } catch (error) {
      this.#end(`no connection: ${error instanceof Error ? error.message : error}`);
    }
  }

  #end(cause: string | undefined): void {
    if (this.#closed) return;
    this.close();
    this.#guard(() => this.#wanted.onClosed(cause));
  }

  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#network.onFault(error);
    }
  }
}

/** True for four numbers in dotted decimals. */
export function isAddress(host: string): boolean {
  const parts = host.split('.');
  return parts.length === 4 && parts.every(part => /^\d{1,3}$/.test(part) && Number(part) < 256);
}
