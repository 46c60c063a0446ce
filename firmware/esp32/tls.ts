/**
 * TLS over a plain network, by an engine that knows no socket (native/tls.c, mbedTLS). TLS only hides the words: a
 * board proves for itself whatever it believes. The peer must show a certificate of the one authority that the image
 * carries. Dates are not looked at, since no board knows the date before it has proven one.
 */
import { decodeText } from '../bytes/text.js';
import type { Network, Socket, SocketOptions } from '../port/socket.js';
import type { ChipFunctions } from './chip.js';

export type TlsEngine = Pick<
  ChipFunctions,
  'tlsOpen' | 'tlsTake' | 'tlsGive' | 'tlsStep' | 'tlsRead' | 'tlsWrite' | 'tlsCause' | 'tlsClose'
>;

export interface TlsNetworkOptions {
  /** Makes the connections, secured or not. */
  plain: Network;
  engine: TlsEngine;
  /** The authority's certificate in DER; without one every secure connection is refused. */
  authority: ArrayBuffer | undefined;
  soon(callback: () => void): void;
}

/** The Network port with TLS; connections that are not secure go to the plain one. */
export function tlsNetwork(options: TlsNetworkOptions): Network {
  const { authority, plain, soon } = options;
  return {
    connect(wanted) {
      if (!wanted.secure) return plain.connect(wanted);
      if (authority) return new TlsConnection(options, authority, wanted);
      let open = true;
      soon(() => open && wanted.onClosed('TLS: this image carries no certificate authority (authority.der)'));
      return {
        read: () => undefined,
        write: () => 0,
        close: () => {
          open = false;
        },
      };
    },
  };
}

/** Bytes that the caller may have written, and the peer's side has not taken. */
const outgoingSize = 2048;
/** Bytes moved at once. */
const pieceSize = 1024;

class TlsConnection implements Socket {
  readonly #engine: TlsEngine;
  readonly #authority: ArrayBuffer;
  readonly #wanted: SocketOptions;
  readonly #soon: (callback: () => void) => void;
  readonly #plain: Socket;
  readonly #piece = new ArrayBuffer(pieceSize);
  /** The engine's number of this connection. */
  #number = -1;
  #open = false;
  #closed = false;
  #ended: { cause: string | undefined } | undefined = undefined;
  /** Bytes that the plain connection takes now. */
  #room = 0;
  /** Bytes from the peer for which the engine had no room. */
  #cipher = new Uint8Array(0);
  /** Decrypted bytes, and the place of the first that is not read yet. */
  #clear = new Uint8Array(0);
  #clearAt = 0;
  #outgoing = new Uint8Array(outgoingSize);
  #outgoingLength = 0;
  #allowance = 0;
  #pumping = false;

  constructor({ engine, plain, soon }: TlsNetworkOptions, authority: ArrayBuffer, wanted: SocketOptions) {
    this.#engine = engine;
    this.#authority = authority;
    this.#wanted = wanted;
    this.#soon = soon;
    this.#plain = plain.connect({
      host: wanted.host,
      port: wanted.port,
      onReadable: () => this.#pump(),
      onWritable: count => {
        this.#room = count;
        this.#pump();
      },
      onClosed: cause => {
        this.#ended = { cause };
        this.#room = 0;
        this.#pump();
      },
    });
  }

  read(count?: number): Uint8Array | undefined {
    if (this.#closed) return undefined;
    const left = this.#clear.length - this.#clearAt;
    const wanted = Math.min(count ?? left, left);
    if (!(wanted > 0)) return undefined;
    // The caller gets what was decrypted where it lies: it is nobody else's, and is not written again.
    const bytes = this.#clear.subarray(this.#clearAt, this.#clearAt + wanted);
    this.#clearAt += wanted;
    // Not at once: a caller does not expect a callback inside a read.
    if (!this.#waitsForReader) this.#soon(this.#pumpAgain);
    return bytes;
  }

  write(bytes: Uint8Array): number {
    if (this.#closed || !this.#open) return 0;
    if (bytes.length > this.#allowance) {
      throw new RangeError(`write of ${bytes.length} bytes where ${this.#allowance} are allowed`);
    }
    this.#outgoing.set(bytes, this.#outgoingLength);
    this.#outgoingLength += bytes.length;
    this.#allowance -= bytes.length;
    this.#soon(this.#pumpAgain);
    return this.#allowance;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#plain.close();
    if (this.#number >= 0) this.#engine.tlsClose(this.#number);
    this.#number = -1;
  }

  readonly #pumpAgain = () => this.#pump();

  /** True while decrypted bytes are not read yet. */
  get #waitsForReader(): boolean {
    return this.#clearAt < this.#clear.length;
  }

  /** Moves whatever can be moved, in all four directions, until nothing moves any more. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (!this.#closed && this.#begun() && this.#moved());
    } finally {
      this.#pumping = false;
    }
  }

  #begun(): boolean {
    if (this.#number >= 0) return true;
    if (this.#ended) {
      this.#end(this.#ended.cause ?? 'closed before it was connected');
      return false;
    }
    if (this.#room === 0) return false;
    const authority = this.#authority;
    this.#number = this.#engine.tlsOpen(this.#wanted.host, authority, authority.byteLength);
    if (this.#number < 0) this.#end('TLS: no memory for a connection, or a broken certificate authority');
    return this.#number >= 0;
  }

  #moved(): boolean {
    const took = this.#take();
    const state = this.#engine.tlsStep(this.#number);
    const wrote = state === 1 && this.#encrypt();
    const gave = this.#give();
    if (state === -1) {
      this.#end(`TLS: ${this.#cause()}`);
      return false;
    }
    if (state === 1 && !this.#open) this.#open = true;
    const decrypted = this.#decrypt();
    if (this.#closed) return false;
    if (took || wrote || gave || decrypted) return true;
    if (this.#open && this.#outgoingLength === 0 && this.#allowance < outgoingSize && !this.#ended) {
      this.#allowance = outgoingSize;
      this.#wanted.onWritable(outgoingSize);
      return true;
    }
    // The peer's last words are read before its end is told.
    if (this.#waitsForReader) return false;
    const after = this.#engine.tlsStep(this.#number);
    if (after === -1) this.#end(`TLS: ${this.#cause()}`);
    else if (this.#open && (after === 2 || this.#ended)) this.#end(this.#ended?.cause);
    else if (this.#ended) this.#end(this.#ended.cause ?? 'TLS: closed during the handshake');
    return false;
  }

  /** Takes from the peer, unless the caller has not yet read what is there. */
  #take(): boolean {
    if (this.#waitsForReader) return false;
    if (this.#cipher.length === 0)
      this.#cipher = (this.#plain.read(pieceSize) ?? this.#cipher) as Uint8Array<ArrayBuffer>;
    const bytes = this.#cipher;
    if (bytes.length === 0) return false;
    const count = this.#engine.tlsTake(this.#number, bytes.buffer, bytes.byteOffset, bytes.length);
    this.#cipher = bytes.subarray(count);
    return count > 0;
  }

  #encrypt(): boolean {
    if (this.#outgoingLength === 0) return false;
    const count = this.#engine.tlsWrite(this.#number, this.#outgoing.buffer, 0, this.#outgoingLength);
    this.#outgoing.copyWithin(0, count, this.#outgoingLength);
    this.#outgoingLength -= count;
    return count > 0;
  }

  #give(): boolean {
    if (this.#room === 0) return false;
    const count = this.#engine.tlsGive(this.#number, this.#piece, Math.min(this.#room, pieceSize));
    if (count > 0) this.#room = this.#plain.write(new Uint8Array(this.#piece.slice(0, count)));
    return count > 0;
  }

  #decrypt(): boolean {
    if (!this.#open || this.#waitsForReader) return false;
    const count = this.#engine.tlsRead(this.#number, this.#piece, pieceSize);
    if (count <= 0) return false;
    this.#clear = new Uint8Array(this.#piece.slice(0, count));
    this.#clearAt = 0;
    this.#wanted.onReadable(count);
    return true;
  }

  #cause(): string {
    const count = this.#engine.tlsCause(this.#number, this.#piece, pieceSize);
    return decodeText(new Uint8Array(this.#piece.slice(0, count))) ?? 'failed';
  }

  #end(cause: string | undefined): void {
    this.close();
    this.#wanted.onClosed(cause);
  }
}
