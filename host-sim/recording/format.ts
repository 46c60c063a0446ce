/**
 * The file of a recording: a line that says what it is, then frames, appended and never changed. A frame is the length
 * of its body (4 bytes), the CRC-32 of the body (4), and entries; so a file that a crash cut short is read up to its last
 * whole frame. Whoever reads one got it from somebody: every length is bounded before anything is made of it.
 */
import { readNumber, writeNumber } from '../../firmware/bytes/bigEndian.js';
import { concat } from '../../firmware/bytes/concat.js';
import { crc32 } from '../../firmware/bytes/crc32.js';
import { equal } from '../../firmware/bytes/equal.js';
import { decodeText, encodeText } from '../../firmware/bytes/text.js';
import { OPERATIONS, type Operation } from './operations.js';

/** The first line of every recording; another version has another line. */
export const MAGIC = encodeText('holdfast recording 1\n');
const KIND_BYTES = encodeText('holdfast recording ').length;

/** Bytes of a frame's body, of what an entry is about, and of what it gave. */
export const FRAME_BYTES_MAX = 2 * 1024 * 1024;
export const ABOUT_BYTES_MAX = 16 * 1024;
export const GIVEN_BYTES_MAX = 1024 * 1024;
/** Bytes of a whole recording: the recorder ends there, and no reader takes a longer one. */
export const RECORDING_BYTES_MAX = 512 * 1024 * 1024;

/** The outcome of a call: nothing to tell, bytes, or an error in words. */
export type Outcome = 'done' | 'gave' | 'threw';
const outcomes: readonly Outcome[] = ['done', 'gave', 'threw'];

/** One call of a port, or one event that came into the image. */
export interface Entry {
  operation: Operation;
  /** The arguments in words, bytes by their count and hash: two calls are the same when these are. */
  about: string;
  outcome: Outcome;
  given: Uint8Array;
}

const HEAD_BYTES = 8;
/** Operation, outcome, and the lengths of the two parts, 2 and 4 bytes. */
const ENTRY_HEAD_BYTES = 8;

/** @throws RangeError when it is longer than an entry may be */
export function encodeEntry({ about, given, operation, outcome }: Entry): Uint8Array {
  const text = encodeText(about);
  if (text.length > ABOUT_BYTES_MAX || given.length > GIVEN_BYTES_MAX)
    throw new RangeError('an entry of a recording is too long');
  const head = new Uint8Array(ENTRY_HEAD_BYTES);
  head[0] = OPERATIONS.indexOf(operation);
  head[1] = outcomes.indexOf(outcome);
  writeNumber(head, 2, 2, text.length);
  writeNumber(head, 4, 4, given.length);
  return concat(head, text, given);
}

/** A frame of entries as `encodeEntry` gives them, `FRAME_BYTES_MAX` at most together. */
export function encodeFrame(body: Uint8Array): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES);
  writeNumber(head, 0, 4, body.length);
  writeNumber(head, 4, 4, crc32(body));
  return concat(head, body);
}

/** A recording that cannot be read on: the offset of the byte where, and why in words. */
export interface Unreadable {
  offset: number;
  reason: string;
}

/** The entries of a recording, one after the other; nothing is copied before it is asked for. */
export class RecordingReader {
  readonly #bytes: Uint8Array;
  /** The next frame, and the next entry in the present one. */
  #frame = 0;
  #at = 0;
  #end = 0;
  /** The reason why it cannot be read on. */
  unreadable: Unreadable | undefined;
  /** True when the last frame was not written whole: a crash, or a copy that was cut short. */
  isTorn = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    if (bytes.length > RECORDING_BYTES_MAX) this.#fail(0, `longer than ${RECORDING_BYTES_MAX} bytes`);
    else if (equal(bytes.subarray(0, MAGIC.length), MAGIC)) this.#frame = MAGIC.length;
    else if (equal(bytes.subarray(0, KIND_BYTES), MAGIC.subarray(0, KIND_BYTES)))
      this.#fail(0, 'a recording of another version of holdfast');
    else this.#fail(0, 'not a recording');
  }

  /** Bytes behind which the file is read to the end; a recorder that goes on cuts it here. */
  get offset(): number {
    return this.#at < this.#end ? this.#at : this.#frame;
  }

  /** The next entry; undefined at the end, and where it cannot be read on. */
  next(): Entry | undefined {
    while (this.#at === this.#end) if (!this.#openFrame()) return undefined;
    const bytes = this.#bytes;
    const head = bytes.subarray(this.#at, this.#at + ENTRY_HEAD_BYTES);
    const about = this.#at + ENTRY_HEAD_BYTES;
    const given = about + (readNumber(head, 2, 2) ?? 0);
    const end = given + (readNumber(head, 4, 4) ?? 0);
    const operation = OPERATIONS[head[0]];
    const outcome = outcomes[head[1]];
    const isWhole = head.length === ENTRY_HEAD_BYTES && end <= this.#end;
    if (
      !isWhole ||
      !operation ||
      !outcome ||
      given - about > ABOUT_BYTES_MAX ||
      end - given > GIVEN_BYTES_MAX
    )
      return this.#fail(this.#at, 'an entry that no recorder writes');
    const text = decodeText(bytes.subarray(about, given));
    if (text === undefined) return this.#fail(this.#at, 'an entry whose words are no text');
    this.#at = end;
    return { operation, outcome, about: text, given: bytes.subarray(given, end) };
  }

  #openFrame(): boolean {
    const bytes = this.#bytes;
    const from = this.#frame;
    if (this.unreadable || this.isTorn || from === bytes.length) return false;
    const length = readNumber(bytes, from, 4) ?? 0;
    const begin = from + HEAD_BYTES;
    if (length > FRAME_BYTES_MAX) this.#fail(from, 'a frame that is too long');
    else if (begin + length > bytes.length) this.isTorn = true;
    else if (readNumber(bytes, from + 4, 4) !== crc32(bytes.subarray(begin, begin + length)))
      this.#fail(from, 'a frame whose checksum is wrong: it was changed, or damaged on its way');
    else {
      this.#frame = begin + length;
      this.#at = begin;
      this.#end = this.#frame;
      return true;
    }
    return false;
  }

  #fail(offset: number, reason: string): undefined {
    this.unreadable = { offset, reason };
    this.#at = this.#end;
    return undefined;
  }
}
