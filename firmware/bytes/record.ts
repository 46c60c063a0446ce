/**
 * Records: how envelopes, receipts, offers and stored state are laid out as bytes. One RLP list (Yellow Paper,
 * appendix B) of fields in a fixed order, so that equal values have equal bytes and any Ethereum tool reads them.
 */

import { encode } from 'rlp';
import { minimalBytes, readNumber } from './bigEndian.js';
import { decodeText, encodeText } from './text.js';

export type RecordField = number | string | Uint8Array | readonly RecordField[];

type Bytes = Uint8Array | Bytes[];

const toBytes = (field: RecordField): Bytes => {
  if (typeof field === 'number') return minimalBytes(field);
  if (typeof field === 'string') return encodeText(field);
  return ArrayBuffer.isView(field) ? (field as Uint8Array) : (field as readonly RecordField[]).map(toBytes);
};

export const encodeRecord = (fields: readonly RecordField[]): Uint8Array => encode(toBytes(fields));

const NOTHING = new Uint8Array(0);

/**
 * Reads a record field by field. Untrusted bytes go in and no exception comes out: the first thing that is
 * wrong makes `ok` false for good, and every value read from then on is empty. Ask `end()` before using any.
 * Nested lists are readers of their own, so depth is what the caller asks for and nothing recurses; what is wrong
 * in one is wrong with the whole.
 */
export class RecordReader {
  readonly #bytes: Uint8Array;
  /** The reader of the list that this one lies in. */
  readonly #outer: RecordReader | undefined;
  #at = 0;
  #ok = true;

  /** The item at the cursor, as `#head` found it. */
  #isList = false;
  #start = 0;
  #end = 0;

  /** `bytes` is one whole RLP list of at most `maximum` bytes. */
  constructor(bytes: Uint8Array, maximum: number, outer?: RecordReader) {
    this.#bytes = bytes;
    this.#outer = outer;
    if (bytes.length > maximum) this.#fail(0);
    this.#head();
    if (!this.#isList || this.#end !== bytes.length) this.#fail(0);
    this.#at = this.#start;
  }

  get ok(): boolean {
    return this.#ok;
  }

  /** Whether fields are left; for lists of any length. */
  get more(): boolean {
    return this.#ok && this.#at < this.#bytes.length;
  }

  /** An unsigned integer up to 2^53 − 1, at most `maximum`. */
  number(maximum = Number.MAX_SAFE_INTEGER): number {
    const bytes = this.bytes(8);
    const value = bytes.length > 0 && bytes[0] === 0 ? undefined : readNumber(bytes);
    if (value === undefined || value > maximum) return this.#fail(0);
    return value;
  }

  /** Exactly `length` bytes. */
  fixed(length: number): Uint8Array {
    const bytes = this.bytes(length);
    return bytes.length === length ? bytes : this.#fail(new Uint8Array(length));
  }

  bytes(maximum: number): Uint8Array {
    this.#head();
    if (this.#isList || this.#end - this.#start > maximum || !this.#ok) return this.#fail(NOTHING);
    this.#at = this.#end;
    return this.#bytes.slice(this.#start, this.#end);
  }

  /** UTF-8 of at most `maximum` bytes. */
  text(maximum: number): string {
    return decodeText(this.bytes(maximum)) ?? this.#fail('');
  }

  list(): RecordReader {
    const from = this.#at;
    this.#head();
    if (!this.#isList) this.#fail(0);
    this.#at = this.#end;
    const bytes = this.#ok ? this.#bytes.subarray(from, this.#end) : NOTHING;
    return new RecordReader(bytes, this.#bytes.length, this);
  }

  /** True when everything was read, nothing is left over and nothing was wrong. */
  end(): boolean {
    return this.#ok && this.#at === this.#bytes.length;
  }

  #fail<T>(empty: T): T {
    this.#ok = false;
    if (this.#outer) this.#outer.#fail(0);
    return empty;
  }

  /** Finds kind, start and end of the item at the cursor; canonical forms only. */
  #head(): void {
    if (this.#ok && this.#find()) return;
    this.#fail(0);
    this.#isList = false;
    this.#start = 0;
    this.#end = 0;
  }

  #find(): boolean {
    const bytes = this.#bytes;
    const at = this.#at;
    const size = bytes.length;
    if (at >= size) return false;
    const first = bytes[at];
    const list = first >= 0xc0;
    this.#isList = list;
    if (first < 0x80) {
      this.#start = at;
      this.#end = at + 1;
      return true;
    }
    let length = first - (list ? 0xc0 : 0x80);
    let start = at + 1;
    if (length > 55) {
      const width = length - 55;
      if (width > 3 || start + width > size || bytes[start] === 0) return false;
      length = readNumber(bytes, start, width)!;
      if (length <= 55) return false;
      start += width;
    }
    if (start + length > size) return false;
    if (!list && length === 1 && bytes[start] < 0x80) return false;
    this.#start = start;
    this.#end = start + length;
    return true;
  }
}
