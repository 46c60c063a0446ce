/**
 * One connection to a broker: whole packets in, whole packets out, over the Socket port. It ends once, with a reason,
 * and does not come back: sessions and reconnection are the client's.
 */
import type { Clock } from '../port/clock.js';
import type { Network, Socket, SocketOptions } from '../port/socket.js';
import { encodePacket, identifierOf, PacketDecoder, topicOf } from './codec.js';
import { FrameSplitter } from './frame.js';
import type { Incoming, Outgoing, ProtocolVersion } from './packet.js';

/** The reason for the end of a connection, or for the failure of an attempt. */
export interface Loss {
  /** `ended` and `refused`: the server said so. `malformed`, `oversized`: it sent something that is not accepted. */
  kind: 'unreachable' | 'refused' | 'ended' | 'malformed' | 'oversized';
  evidence: string;
}

export interface PacketConnectionOptions {
  clock: Clock;
  network: Network;
  host: string;
  port: number;
  secure: boolean;
  version: ProtocolVersion;
  packetBytesMax: number;
  /** Bytes of payload that a message under that topic may have now; left out, as many as a packet takes. */
  payloadBytesMax?(topic: string): number;
  /** Bytes taken from the socket at once. */
  readBytes: number;
  onOpen(): void;
  onPacket(packet: Incoming): void;
  /** All that was sent has been taken by the socket. */
  onDrained(): void;
  onEnded(loss: Loss): void;
}

interface Chunk {
  bytes: Uint8Array;
  at: number;
  onGone?: (written: boolean) => void;
}

/**
 * Bytes that may wait for the socket, and packets, each of which costs a multiple of an acknowledgement's four bytes:
 * beyond them nothing more is read, or answers to a flood would pile up.
 */
const BACKLOG_BYTES_MAX = 8192;
const BACKLOG_PACKETS_MAX = 32;

/** A flood must not keep a board from everything else, its deadlines among it. */
const READ_AT_ONCE_MAX = 4096;

/** The first byte of a CONNACK, with which every server begins (section 3.2). */
const connAckByte = 0x20;

/** MQTT 5.0 reason codes of a DISCONNECT that a client sends. */
const reasonCodes = { malformed: 0x81, oversized: 0x95 };

export class PacketConnection implements SocketOptions {
  readonly #options: PacketConnectionOptions;
  readonly #decoder: PacketDecoder;
  readonly #splitter: FrameSplitter;
  #socket: Socket | undefined = undefined;
  #opened = false;
  #ended = false;
  #allowance = 0;
  #out: Chunk[] = [];
  #backlog = 0;
  #flushing = false;
  #reading = false;
  /** The rest of what came is read when others had their turn. */
  #stopRest: (() => void) | undefined = undefined;
  /** True once the first byte has come. */
  #begun = false;

  constructor(options: PacketConnectionOptions) {
    this.#options = options;
    this.#decoder = new PacketDecoder(options.version);
    this.#splitter = new FrameSplitter(
      options.packetBytesMax,
      frame => this.#take(frame),
      (beginning, length) => this.#passOver(beginning, length),
      options.payloadBytesMax,
    );
  }

  get host(): string {
    return this.#options.host;
  }

  get port(): number {
    return this.#options.port;
  }

  get secure(): boolean {
    return this.#options.secure;
  }

  /** Bytes that the socket has not taken yet. */
  get backlog(): number {
    return this.#backlog;
  }

  open(): void {
    let socket: Socket;
    try {
      socket = this.#options.network.connect(this);
    } catch (error) {
      this.#end({ kind: 'unreachable', evidence: `no connection could be made: ${String(error)}` });
      return;
    }
    this.#socket = socket;
    if (this.#ended) socket.close();
    else this.#flush();
  }

  /**
   * Sends a packet; `onGone` is called once, with true when the socket took all of it before the end. False when this
   * is not a packet, or the connection has ended: then nothing was sent.
   */
  send(packet: Outgoing, onGone?: (written: boolean) => void): boolean {
    const bytes = encodePacket(packet, this.#options.version);
    if (bytes === undefined || this.#ended) return false;
    this.#out.push({ bytes, at: 0, onGone });
    this.#backlog += bytes.length;
    this.#flush();
    return true;
  }

  /** Ends the connection from this side: no callback comes any more, apart from `onGone`. */
  close(): void {
    this.#ended = true;
    this.#stopRest?.();
    this.#socket?.close();
    for (const chunk of this.#out.splice(0)) chunk.onGone?.(false);
  }

  /** Ends the connection for a reason, which comes back through `onEnded`. */
  fail(loss: Loss): void {
    this.#end(loss);
  }

  onReadable(): void {
    this.#read();
  }

  onClosed(cause?: string): void {
    this.#end({ kind: 'unreachable', evidence: cause ?? 'closed by the server' });
  }

  onWritable(count: number): void {
    if (this.#ended) return;
    this.#allowance = count;
    if (!this.#opened) {
      this.#opened = true;
      this.#options.onOpen();
    }
    this.#flush();
    if (this.#ended || this.#out.length > 0) return;
    this.#options.onDrained();
    this.#read();
  }

  #flush(): void {
    if (this.#flushing || this.#socket === undefined) return;
    this.#flushing = true;
    while (this.#out.length > 0 && this.#allowance > 0 && !this.#ended) {
      const chunk = this.#out[0];
      const count = Math.min(chunk.bytes.length - chunk.at, this.#allowance);
      this.#allowance -= count;
      const allowance = this.#socket.write(chunk.bytes.subarray(chunk.at, chunk.at + count));
      this.#allowance = allowance;
      this.#backlog -= count;
      chunk.at += count;
      if (chunk.at < chunk.bytes.length) continue;
      this.#out.shift();
      chunk.onGone?.(true);
    }
    this.#flushing = false;
  }

  #read(): void {
    // A platform may call `onReadable` from within `read`, and a packet's handler sends.
    if (this.#reading || this.#stopRest !== undefined || this.#socket === undefined) return;
    this.#reading = true;
    let left = READ_AT_ONCE_MAX;
    while (!this.#ended && this.#hasRoom) {
      if (left <= 0) {
        this.#stopRest = this.#options.clock.after(0, () => {
          this.#stopRest = undefined;
          this.#read();
        });
        break;
      }
      const bytes = this.#socket.read(this.#options.readBytes);
      if (bytes === undefined || bytes.length === 0) break;
      if (!this.#begun && bytes[0] !== connAckByte) {
        this.#end({ kind: 'malformed', evidence: 'no CONNACK: perhaps no MQTT server' });
        break;
      }
      this.#begun = true;
      left -= bytes.length;
      this.#splitter.push(bytes);
      if (this.#splitter.fault !== undefined) this.#end(this.#splitter.fault);
    }
    this.#reading = false;
  }

  get #hasRoom(): boolean {
    return this.#backlog <= BACKLOG_BYTES_MAX && this.#out.length <= BACKLOG_PACKETS_MAX;
  }

  #take(frame: Uint8Array): void {
    if (this.#ended) return;
    const decoded = this.#decoder.decode(frame);
    if ('packet' in decoded) this.#options.onPacket(decoded.packet);
    else this.#end({ kind: 'malformed', evidence: decoded.malformed });
  }

  #passOver(beginning: Uint8Array, length: number): void {
    if (this.#ended) return;
    const id = identifierOf(beginning);
    if (id !== undefined)
      this.#options.onPacket({ type: 'tooLarge', id, length, topic: topicOf(beginning)?.name });
    else this.#end({ kind: 'oversized', evidence: `a message of ${length} bytes without an identifier` });
  }

  #end(loss: Loss): void {
    if (this.#ended) return;
    // The peer is told of its own faults only, and only when nothing waits to be sent before.
    const code = loss.kind === 'malformed' || loss.kind === 'oversized' ? reasonCodes[loss.kind] : undefined;
    if (code !== undefined && this.#options.version === 5 && this.#out.length === 0) {
      const farewell = encodePacket({ type: 'disconnect', code }, 5);
      if (farewell !== undefined && farewell.length <= this.#allowance) this.#socket?.write(farewell);
    }
    this.close();
    this.#options.onEnded(loss);
  }
}
