/** The holder's end of a board's serial line; for the emulated board host/frame.h has the other end. */
import { type Frame, FrameReader, FrameWriter, PAYLOAD_BYTES_MAX } from '../../firmware/serial/frame.js';
import { frameType } from '../../firmware/serial/frameType.js';

export interface LineEvents {
  /** A line of the console, without its end. */
  onLine(text: string): void;
  onOpen(id: number, host: string, port: number): void;
  onData(id: number, bytes: Uint8Array): void;
  onClose(id: number): void;
  onCredit(id: number, count: number): void;
  onUse(json: string): void;
  /** Frames were lost in one direction or the other: nobody knows what of which connection. */
  onReset(): void;
  /** Text outside of frames. */
  onText(text: string): void;
}

/** Bytes of a line from the board. */
const LINE_BYTES_MAX = 1024 * 1024;

/** The holder's end of a serial line. */
export class Line {
  readonly #events: LineEvents;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #writer = new FrameWriter();
  readonly #reader: FrameReader;
  #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(events: LineEvents, write: (bytes: Uint8Array) => void) {
    this.#events = events;
    this.#write = write;
    this.#reader = new FrameReader({
      onFrame: frame => this.#take(frame),
      onLost: () => {
        this.#forget();
        events.onReset();
      },
      onText: bytes => events.onText(Buffer.from(bytes).toString('latin1')),
    });
  }

  take(bytes: Uint8Array): void {
    this.#reader.take(bytes);
  }

  ping(): void {
    this.#send(frameType.ping);
  }

  /** An empty line goes ahead: a line that somebody else began on this wire ends there, and takes nothing with it. */
  sendLine(text: string): void {
    this.#send(frameType.lineEnd);
    const bytes = Buffer.from(text);
    let at = 0;
    for (; bytes.length - at > PAYLOAD_BYTES_MAX; at += PAYLOAD_BYTES_MAX) {
      this.#send(frameType.line, bytes.subarray(at, at + PAYLOAD_BYTES_MAX));
    }
    this.#send(frameType.lineEnd, bytes.subarray(at));
  }

  /** At most 1020 bytes. */
  sendData(id: number, bytes: Uint8Array): void {
    this.#send(frameType.data, number32(id), bytes);
  }

  sendCredit(id: number, count: number): void {
    this.#send(frameType.credit, number32(id), number32(count));
  }

  sendClose(id: number, cause: string | undefined): void {
    this.#send(frameType.close, number32(id), Buffer.from(cause ?? '').subarray(0, 100));
  }

  #send(type: number, ...pieces: Uint8Array[]): void {
    this.#write(this.#writer.encode(type, Buffer.concat(pieces)));
  }

  #take({ type, payload }: Frame): void {
    const events = this.#events;
    const bytes = Buffer.from(payload);
    if (type === frameType.line || type === frameType.lineEnd) this.#piece(bytes, type === frameType.lineEnd);
    else if (type === frameType.use) events.onUse(bytes.toString());
    else if (type === frameType.reset) events.onReset();
    else if (type === frameType.end) this.#send(frameType.end);
    else if (bytes.length < 4) return;
    else if (type === frameType.open && bytes.length > 6) {
      events.onOpen(bytes.readUInt32BE(0), bytes.toString('utf8', 6), bytes.readUInt16BE(4));
    } else if (type === frameType.data) events.onData(bytes.readUInt32BE(0), bytes.subarray(4));
    else if (type === frameType.close) events.onClose(bytes.readUInt32BE(0));
    else if (type === frameType.credit && bytes.length === 8) {
      events.onCredit(bytes.readUInt32BE(0), bytes.readUInt32BE(4));
    }
  }

  #piece(bytes: Buffer, last: boolean): void {
    this.#length += bytes.length;
    if (this.#length > LINE_BYTES_MAX) this.#forget();
    else this.#pieces.push(bytes);
    if (!last) return;
    const text = Buffer.concat(this.#pieces).toString();
    this.#forget();
    this.#events.onLine(text);
  }

  #forget(): void {
    this.#pieces = [];
    this.#length = 0;
  }
}

function number32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
