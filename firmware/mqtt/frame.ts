/**
 * Cuts a byte stream into MQTT control packets by their fixed headers (MQTT 5.0 and 3.1.1, section 2.1). The length is
 * judged when it is announced: a packet above the limit never gets a buffer. A message above the limit is passed over,
 * since it is not the broker's fault that somebody published it, and it would come again on every new connection.
 */

export interface FrameFault {
  kind: 'malformed' | 'oversized';
  evidence: string;
}

/** Bytes of a fixed header: the type, and a length of up to 4 bytes. */
const FIXED_HEADER_BYTES_MAX = 5;
/** Bytes that are kept of a message that is passed over: enough for a topic and the identifier. */
const BEGINNING_BYTES_MAX = 512;
/** Bytes of a message that is passed over. A longer one is a fault: it would take too long to pass. */
const PASSED_OVER_BYTES_MAX = 4 * 1024 * 1024;
const isPublish = (type: number): boolean => (type & 0xf0) === 0x30;

export class FrameSplitter {
  readonly #bytesMax: number;
  readonly #onFrame: (frame: Uint8Array) => void;
  readonly #onTooLarge: (beginning: Uint8Array, length: number) => void;
  readonly #header = new Uint8Array(FIXED_HEADER_BYTES_MAX);
  #headerBytes = 0;
  #frame: Uint8Array | undefined;
  /** Bytes of the packet, and how many of them have come. */
  #length = 0;
  #filled = 0;
  #fault: FrameFault | undefined;

  /**
   * `bytesMax` bounds a whole packet, fixed header included. Each frame that is handed out has memory of its own. Of a
   * message above the bound `onTooLarge` gets the beginning, once all of the message went by.
   */
  constructor(
    bytesMax: number,
    onFrame: (frame: Uint8Array) => void,
    onTooLarge: (beginning: Uint8Array, length: number) => void,
  ) {
    this.#bytesMax = bytesMax;
    this.#onFrame = onFrame;
    this.#onTooLarge = onTooLarge;
  }

  /** After a fault nothing more is cut. */
  get fault(): FrameFault | undefined {
    return this.#fault;
  }

  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && this.#fault === undefined) {
      if (this.#frame === undefined) {
        this.#takeHeaderByte(bytes[at++]);
      } else {
        const count = Math.min(this.#length - this.#filled, bytes.length - at);
        const kept = Math.max(0, Math.min(count, this.#frame.length - this.#filled));
        if (kept > 0) this.#frame.set(bytes.subarray(at, at + kept), this.#filled);
        this.#filled += count;
        at += count;
      }
      if (this.#frame !== undefined && this.#filled === this.#length) this.#finish(this.#frame);
    }
  }

  #takeHeaderByte(byte: number): void {
    this.#header[this.#headerBytes++] = byte;
    if (this.#headerBytes === 1) return;
    if (byte & 0x80) {
      if (this.#headerBytes === FIXED_HEADER_BYTES_MAX) {
        this.#fault = { kind: 'malformed', evidence: 'a packet length of more than four bytes' };
      }
      return;
    }
    let length = 0;
    for (let i = this.#headerBytes - 1; i > 0; i--) length = length * 128 + (this.#header[i] & 0x7f);
    const whole = this.#headerBytes + length;
    const tooLarge = whole > this.#bytesMax;
    if (tooLarge && !(isPublish(this.#header[0]) && whole <= PASSED_OVER_BYTES_MAX)) {
      this.#fault = { kind: 'oversized', evidence: `a packet of ${whole} bytes, ${this.#bytesMax} allowed` };
      return;
    }
    this.#length = whole;
    this.#frame = new Uint8Array(tooLarge ? Math.min(whole, BEGINNING_BYTES_MAX) : whole);
    this.#frame.set(this.#header.subarray(0, this.#headerBytes));
    this.#filled = this.#headerBytes;
  }

  #finish(frame: Uint8Array): void {
    this.#frame = undefined;
    this.#headerBytes = 0;
    if (this.#length > this.#bytesMax) this.#onTooLarge(frame, this.#length);
    else this.#onFrame(frame);
  }
}
