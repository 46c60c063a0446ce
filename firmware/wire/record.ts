/**
 * Records: how envelopes, receipts, offers and stored state are laid out as bytes. One RLP list (Yellow Paper,
 * appendix B) of fields in a fixed order, so that equal values have equal bytes and any Ethereum tool reads them.
 */

import { encode } from 'rlp';
import { minimalBytes, readNumber } from '../bytes/bigEndian.js';
import { decodeText, encodeText } from '../bytes/text.js';

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

  /** `bytes` is one whole RLP list of at most `maximum` bytes. */
  constructor(bytes: Uint8Array, maximum: number, outer?: RecordReader) {
    this.#bytes = bytes;
    this.#outer = outer;
    if (bytes.length > maximum) this.#fail(0);
    const [list, start, end] = this.#header();
    if (!list || end !== bytes.length) this.#fail(0);
    this.#at = start;
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
    const [list, start, end] = this.#header();
    if (list || end - start > maximum || !this.#ok) return this.#fail(NOTHING);
    this.#at = end;
    return this.#bytes.slice(start, end);
  }

  /** UTF-8 of at most `maximum` bytes. */
  text(maximum: number): string {
    return decodeText(this.bytes(maximum)) ?? this.#fail('');
  }

  list(): RecordReader {
    const from = this.#at;
    const [list, , end] = this.#header();
    if (!list) this.#fail(0);
    this.#at = end;
    return new RecordReader(this.#ok ? this.#bytes.subarray(from, end) : NOTHING, this.#bytes.length, this);
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

  /** Kind, start and end of the item at the cursor; canonical forms only. */
  #header(): [list: boolean, start: number, end: number] {
    const bytes = this.#bytes;
    const at = this.#at;
    if (!this.#ok || at >= bytes.length) return this.#fail([false, 0, 0]);
    const first = bytes[at];
    if (first < 0x80) return [false, at, at + 1];
    const list = first >= 0xc0;
    const short = first - (list ? 0xc0 : 0x80);
    let start = at + 1;
    let length = short;
    if (short > 55) {
      const width = short - 55;
      if (width > 3 || start + width > bytes.length || bytes[start] === 0) return this.#fail([false, 0, 0]);
      length = readNumber(bytes, start, width)!;
      if (length <= 55) return this.#fail([false, 0, 0]);
      start += width;
    }
    if (start + length > bytes.length) return this.#fail([false, 0, 0]);
    if (!list && length === 1 && bytes[start] < 0x80) return this.#fail([false, 0, 0]);
    return [list, start, start + length];
  }
}
