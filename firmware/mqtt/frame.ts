/**
 * Cuts a byte stream into MQTT control packets by their fixed headers (MQTT 5.0 and 3.1.1, section 2.1). The
 * length is judged when it is announced: a packet above the limit never gets a buffer.
 */

export interface FrameFault {
  kind: 'malformed' | 'oversized';
  evidence: string;
}

/** A length of 4 bytes after the type byte. */
const longestHeader = 5;

export class FrameSplitter {
  readonly #mostBytes: number;
  readonly #onFrame: (frame: Uint8Array) => void;
  readonly #header = new Uint8Array(longestHeader);
  #headerBytes = 0;
  #frame: Uint8Array | undefined;
  #filled = 0;
  #fault: FrameFault | undefined;

  /** `mostBytes` bounds a whole packet, fixed header included. Each frame handed out is memory of its own. */
  constructor(mostBytes: number, onFrame: (frame: Uint8Array) => void) {
    this.#mostBytes = mostBytes;
    this.#onFrame = onFrame;
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
        const count = Math.min(this.#frame.length - this.#filled, bytes.length - at);
        this.#frame.set(bytes.subarray(at, at + count), this.#filled);
        this.#filled += count;
        at += count;
      }
      if (this.#frame !== undefined && this.#filled === this.#frame.length) this.#finish(this.#frame);
    }
  }

  #takeHeaderByte(byte: number): void {
    this.#header[this.#headerBytes++] = byte;
    if (this.#headerBytes === 1) return;
    if (byte & 0x80) {
      if (this.#headerBytes === longestHeader) {
        this.#fault = { kind: 'malformed', evidence: 'a packet length of more than four bytes' };
      }
      return;
    }
    let length = 0;
    for (let i = this.#headerBytes - 1; i > 0; i--) length = length * 128 + (this.#header[i] & 0x7f);
    const whole = this.#headerBytes + length;
    if (whole > this.#mostBytes) {
      this.#fault = { kind: 'oversized', evidence: `a packet of ${whole} bytes, ${this.#mostBytes} allowed` };
      return;
    }
    this.#frame = new Uint8Array(whole);
    this.#frame.set(this.#header.subarray(0, this.#headerBytes));
    this.#filled = this.#headerBytes;
  }

  #finish(frame: Uint8Array): void {
    this.#frame = undefined;
    this.#headerBytes = 0;
    this.#onFrame(frame);
  }
}
