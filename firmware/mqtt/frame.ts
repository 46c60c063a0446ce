/**
 * Cuts a byte stream into MQTT control packets by their fixed headers (MQTT 5.0 and 3.1.1, section 2.1). The length is
 * judged when it is announced, a message's once its topic has come: what is above the limit never gets a buffer. A
 * message above the limit is passed over, since it is not the broker's fault that somebody published it, and it would
 * come again on every new connection.
 */
import { topicOf } from './codec.js';

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
/** Bytes that a message may have beside topic and payload: its identifier, and what its sender set in 5.0. */
const PROPERTIES_BYTES_MAX = 128;
const isPublish = (type: number): boolean => (type & 0xf0) === 0x30;

export class FrameSplitter {
  readonly #bytesMax: number;
  readonly #onFrame: (frame: Uint8Array) => void;
  readonly #onTooLarge: (beginning: Uint8Array, length: number) => void;
  readonly #payloadBytesMax: ((topic: string) => number) | undefined;
  readonly #header = new Uint8Array(FIXED_HEADER_BYTES_MAX);
  #headerBytes = 0;
  #frame: Uint8Array | undefined = undefined;
  /** Bytes of the packet, and how many of them have come. */
  #length = 0;
  #filled = 0;
  /** True for a message that is passed over. */
  #isTooLarge = false;
  /** True once it is known whether the packet is handed out, and `#frame` has room for it. */
  #judged = false;
  #fault: FrameFault | undefined = undefined;

  /**
   * `bytesMax` bounds a whole packet, fixed header included. Each frame that is handed out has memory of its own. Of a
   * message above the bound, or with more payload than `payloadBytesMax` says of its topic, `onTooLarge` gets the
   * beginning, once all of the message went by.
   */
  constructor(
    bytesMax: number,
    onFrame: (frame: Uint8Array) => void,
    onTooLarge: (beginning: Uint8Array, length: number) => void,
    payloadBytesMax?: (topic: string) => number,
  ) {
    this.#bytesMax = bytesMax;
    this.#onFrame = onFrame;
    this.#onTooLarge = onTooLarge;
    this.#payloadBytesMax = payloadBytesMax;
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
        const until = this.#judged ? this.#length : this.#frame.length;
        const count = Math.min(until - this.#filled, bytes.length - at);
        const kept = Math.max(0, Math.min(count, this.#frame.length - this.#filled));
        if (kept > 0) this.#frame.set(bytes.subarray(at, at + kept), this.#filled);
        this.#filled += count;
        at += count;
      }
      if (this.#frame === undefined) continue;
      if (!this.#judged && this.#filled === this.#frame.length) this.#judge(this.#frame);
      if (this.#judged && this.#filled === this.#length) this.#finish(this.#frame);
    }
  }

  /** Decides about a message of which the beginning is there. */
  #judge(beginning: Uint8Array): void {
    this.#judged = true;
    const topic = topicOf(beginning);
    const length = this.#length;
    const payloadBytesMax = topic === undefined ? 0 : this.#payloadBytesMax!(topic.name);
    const isWanted =
      topic !== undefined &&
      payloadBytesMax > 0 &&
      length - topic.end <= payloadBytesMax + PROPERTIES_BYTES_MAX;
    this.#isTooLarge ||= !isWanted;
    if (this.#isTooLarge || beginning.length === length) return;
    this.#frame = new Uint8Array(length);
    this.#frame.set(beginning);
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
    const isMessage = isPublish(this.#header[0]);
    this.#isTooLarge = whole > this.#bytesMax;
    if (this.#isTooLarge && !(isMessage && whole <= PASSED_OVER_BYTES_MAX)) {
      this.#fault = { kind: 'oversized', evidence: `a packet of ${whole} bytes, ${this.#bytesMax} allowed` };
      return;
    }
    this.#length = whole;
    this.#judged = !isMessage || this.#isTooLarge || this.#payloadBytesMax === undefined;
    const isGathered = this.#judged && !this.#isTooLarge;
    this.#frame = new Uint8Array(isGathered ? whole : Math.min(whole, BEGINNING_BYTES_MAX));
    this.#frame.set(this.#header.subarray(0, this.#headerBytes));
    this.#filled = this.#headerBytes;
  }

  #finish(frame: Uint8Array): void {
    this.#frame = undefined;
    this.#headerBytes = 0;
    if (this.#isTooLarge) this.#onTooLarge(frame, this.#length);
    else this.#onFrame(frame);
  }
}
