/**
 * Records: how envelopes, receipts, offers and stored state are laid out as bytes. One RLP list (Yellow Paper,
 * appendix B) of fields in a fixed order, so that equal values have equal bytes and any Ethereum tool reads them.
 */

import { minimalBytes, readNumber } from './bigEndian.js';
import { encodeRlp, RlpCursor, type RlpTree } from './rlp.js';
import { decodeText, encodeText } from './text.js';

/** A field: an unsigned integer up to 2^53 − 1, a text (UTF-8), bytes, or a list of fields. */
export type RecordField = number | string | Uint8Array | readonly RecordField[];

const toTree = (field: RecordField): RlpTree => {
  if (typeof field === 'number') return minimalBytes(field);
  if (typeof field === 'string') return encodeText(field);
  return ArrayBuffer.isView(field) ? (field as Uint8Array) : (field as readonly RecordField[]).map(toTree);
};

/**
 * The record of the fields. Throws a RangeError on a number that is not an unsigned 53-bit integer.
 *
 * @example
 * encodeRecord([1, 'on', [new Uint8Array(2)]]) // 0xc8 01 82 6f6e c3 82 0000
 */
export const encodeRecord = (fields: readonly RecordField[]): Uint8Array => encodeRlp(fields.map(toTree));

const NOTHING = new Uint8Array(0);

/**
 * Reads a record field by field. Untrusted bytes go in and no exception comes out: the first thing that is
 * wrong makes `ok` false for good, and every value read from then on is empty. Ask `end()` before using any.
 * Nested lists are readers of their own, so depth is what the caller asks for and nothing recurses; what is wrong
 * in one is wrong with the whole.
 *
 * @example
 * const reader = new RecordReader(bytes, 64);
 * const pin = reader.number(39);
 * const name = reader.text(16);
 * if (!reader.end()) return rejected('malformed', 'no order');
 */
export class RecordReader {
  readonly #cursor: RlpCursor;
  /** The reader of the list that encloses this list. */
  readonly #outer: RecordReader | undefined;
  /** The offset of the next field. */
  #at = 0;
  #ok = true;

  /** `bytes` is one whole RLP list of at most `maximum` bytes; `outer` is the reader that a nested list came from. */
  constructor(bytes: Uint8Array, maximum: number, outer?: RecordReader) {
    const cursor = new RlpCursor(bytes);
    this.#cursor = cursor;
    this.#outer = outer;
    if (bytes.length <= maximum && cursor.readOnlyList()) this.#at = cursor.start;
    else this.#fail(0);
  }

  /** The whole list as it was given, a part of what it came in: a record that may be read again. */
  get record(): Uint8Array {
    return this.#cursor.bytes;
  }

  /** False from the first field on that was wrong. */
  get ok(): boolean {
    return this.#ok;
  }

  /** True while fields are left; for lists of any length. */
  get more(): boolean {
    return this.#ok && this.#at < this.#cursor.bytes.length;
  }

  /** An unsigned integer up to 2^53 − 1, at most `maximum`. */
  number(maximum = Number.MAX_SAFE_INTEGER): number {
    const cursor = this.#cursor;
    const { bytes } = cursor;
    if (!this.#ok || !cursor.readInteger(this.#at, bytes.length, 8)) return this.#fail(0);
    const value = readNumber(bytes, cursor.start, cursor.length);
    if (value === undefined || value > maximum) return this.#fail(0);
    this.#at = cursor.end;
    return value;
  }

  /** Exactly `length` bytes, in new memory. */
  fixed(length: number): Uint8Array {
    const bytes = this.bytes(length);
    return bytes.length === length ? bytes : this.#fail(new Uint8Array(length));
  }

  /** At most `maximum` bytes, in new memory. */
  bytes(maximum: number): Uint8Array {
    const cursor = this.#cursor;
    return this.#string(maximum) ? cursor.bytes.slice(cursor.start, cursor.end) : NOTHING;
  }

  /** At most `maximum` bytes where they lie: what is long is not copied. */
  part(maximum: number): Uint8Array {
    return this.#string(maximum) ? this.#cursor.payload : NOTHING;
  }

  /** Stands on a string of at most `maximum` bytes, or fails. */
  #string(maximum: number): boolean {
    const cursor = this.#cursor;
    const isString = this.#ok && cursor.read(this.#at, cursor.bytes.length) && !cursor.isList;
    if (!isString || cursor.end - cursor.start > maximum) return this.#fail(false);
    this.#at = cursor.end;
    return true;
  }

  /** UTF-8 of at most `maximum` bytes. */
  text(maximum: number): string {
    return decodeText(this.bytes(maximum)) ?? this.#fail('');
  }

  /** A nested list, as a reader of its own. */
  list(): RecordReader {
    const cursor = this.#cursor;
    const { bytes } = cursor;
    const from = this.#at;
    const isList = this.#ok && cursor.read(from, bytes.length) && cursor.isList;
    if (isList) this.#at = cursor.end;
    return new RecordReader(isList ? bytes.subarray(from, cursor.end) : NOTHING, bytes.length, this);
  }

  /** True when everything was read, nothing is left over and nothing was wrong. */
  end(): boolean {
    return this.#ok && this.#at === this.#cursor.bytes.length;
  }

  #fail<T>(empty: T): T {
    this.#ok = false;
    if (this.#outer) this.#outer.#fail(0);
    return empty;
  }
}
