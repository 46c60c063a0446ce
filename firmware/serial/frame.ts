/**
 * Frames on a serial line, which may carry plain text between them (a bootloader's, a crash's): a zero byte, a frame
 * without zeros (COBS, Cheshire and Baker 1999), a zero byte. A frame is
 *
 *  offset  length
 *       0       1  version: 1
 *       1       1  type
 *       2       1  number, one more with every frame of this direction: a lost frame shows
 *       3       n  payload, at most 1024 bytes
 *     3+n       4  CRC-32 of all before, big-endian
 *
 * Bytes between two zero bytes that are not a frame are skipped and handed on as text. Whatever comes, no more than one
 * frame is kept.
 */
import { crc32 } from '../bytes/crc32.js';

/** Bytes of a payload. */
export const PAYLOAD_BYTES_MAX = 1024;

const version = 1;
const headLength = 3;
const checkLength = 4;
const FRAME_BYTES_MAX = headLength + PAYLOAD_BYTES_MAX + checkLength;
const CODED_BYTES_MAX = FRAME_BYTES_MAX + Math.ceil(FRAME_BYTES_MAX / 254) + 1;

/** A frame that arrived whole. */
export interface Frame {
  /** 0 to 255; `frameType` gives the meaning. */
  type: number;
  payload: Uint8Array;
}

/** Makes the frames of one direction. */
export class FrameWriter {
  #number = 0;

  /** The bytes for the line, zero bytes included. Throws a RangeError on a payload above PAYLOAD_BYTES_MAX. */
  encode(type: number, payload: Uint8Array): Uint8Array {
    if (payload.length > PAYLOAD_BYTES_MAX) throw new RangeError(`a payload of ${payload.length} bytes`);
    const frame = new Uint8Array(headLength + payload.length + checkLength);
    frame[0] = version;
    frame[1] = type;
    frame[2] = this.#number;
    this.#number = (this.#number + 1) & 255;
    frame.set(payload, headLength);
    const end = frame.length - checkLength;
    new DataView(frame.buffer).setUint32(end, crc32(frame.subarray(0, end)));
    return withoutZeros(frame);
  }
}

/** The callbacks of a reader, called from within `take`. */
export interface FrameEvents {
  onFrame(frame: Frame): void;
  /** Frames are missing before the next one. */
  onLost(): void;
  /** Bytes that belong to no frame, in pieces of any length. */
  onText?(bytes: Uint8Array): void;
}

/** Takes the frames of one direction out of what arrives. */
export class FrameReader {
  readonly #events: FrameEvents;
  readonly #coded = new Uint8Array(CODED_BYTES_MAX);
  #length = 0;
  #tooLong = false;
  #number = 0;

  /** Begins with frame number 0, between two frames. */
  constructor(events: FrameEvents) {
    this.#events = events;
  }

  /** Takes bytes as they arrive, in pieces of any length. */
  take(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) {
      if (bytes[i] === 0) this.#end();
      else this.#keep(bytes[i]);
    }
  }

  #keep(byte: number): void {
    if (this.#length === CODED_BYTES_MAX) {
      this.#tooLong = true;
      this.#events.onText?.(this.#coded.slice());
      this.#length = 0;
    }
    this.#coded[this.#length++] = byte;
  }

  #end(): void {
    const coded = this.#coded.slice(0, this.#length);
    const frame = this.#tooLong || coded.length === 0 ? undefined : withZeros(coded);
    this.#length = 0;
    this.#tooLong = false;
    if (frame && isWhole(frame)) {
      const lost = frame[2] !== this.#number;
      this.#number = (frame[2] + 1) & 255;
      if (lost) this.#events.onLost();
      this.#events.onFrame({ type: frame[1], payload: frame.slice(headLength, frame.length - checkLength) });
    } else if (coded.length > 0) {
      this.#events.onText?.(coded);
    }
  }
}

function isWhole(frame: Uint8Array): boolean {
  const end = frame.length - checkLength;
  if (end < headLength || frame.length > FRAME_BYTES_MAX || frame[0] !== version) return false;
  return new DataView(frame.buffer).getUint32(end) === crc32(frame.subarray(0, end));
}

function withoutZeros(frame: Uint8Array): Uint8Array {
  const coded = new Uint8Array(frame.length + Math.ceil(frame.length / 254) + 3);
  let start = 1;
  let to = 2;
  for (let i = 0; i < frame.length; i++) {
    if (frame[i] !== 0) coded[to++] = frame[i];
    // A run of 254 has no zero behind it.
    if (frame[i] === 0 || to - start === 255) {
      coded[start] = to - start;
      start = to++;
    }
  }
  coded[start] = to - start;
  return coded.slice(0, to + 1);
}

/** The frame behind its code; undefined when a run is longer than the rest. */
function withZeros(coded: Uint8Array): Uint8Array | undefined {
  const frame = new Uint8Array(coded.length);
  let length = 0;
  for (let at = 0; at < coded.length; ) {
    const run = coded[at++] - 1;
    if (run > coded.length - at) return undefined;
    frame.set(coded.subarray(at, at + run), length);
    length += run;
    at += run;
    if (run < 254 && at < coded.length) frame[length++] = 0;
  }
  return frame.slice(0, length);
}
