/**
 * RLP (yellow paper, appendix B), canonical form only. Reading is a cursor over bytes: it makes no object for an
 * item and never descends by itself, so that neither size nor depth of hostile input costs anything. (The package
 * `rlp` writes, and only that: its decoder makes an object for each item and descends as deep as its input says.)
 */

import { encode } from 'rlp';

/** A byte string, or a list. An integer is the string of its minimal bytes (`minimalBytes`). */
export type RlpTree = Uint8Array | readonly RlpTree[];

/**
 * The encoding of a tree of our own making; recurses as deep as the tree is. The result may be `tree` itself, where
 * that is one byte below 0x80.
 *
 * @example
 * encodeRlp([minimalBytes(1024), []]) // 0xc4 820400 c0
 */
export const encodeRlp = (tree: RlpTree): Uint8Array => encode(tree as Parameters<typeof encode>[0]);

/**
 * A position in encoded bytes. `read` and its kin look at one item and say whether it is there in canonical form;
 * `isList`, `start`, `end`, `length` and `payload` then describe it. After a refusal they mean nothing.
 *
 * @example
 * const cursor = new RlpCursor(bytes);
 * if (!cursor.readOnlyList()) return undefined;
 * const limit = cursor.end;
 * if (!cursor.readFixed(cursor.start, limit, 20)) return undefined;
 * const address = cursor.payload;
 * return cursor.end === limit ? address : undefined;
 */
export class RlpCursor {
  /** Other bytes may be given; they are read from their start. */
  bytes: Uint8Array;
  /** True when the item last read is a list. */
  isList = false;
  /** The offset of the payload of the item last read. */
  start = 0;
  /** The offset behind the item last read, at which the next item begins. */
  end = 0;

  /** Stands before the first item; `bytes` must not change while the cursor is used. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The bytes of the payload of the item last read. */
  get length(): number {
    return this.end - this.start;
  }

  /** The payload of the item last read, as a view of `bytes`. */
  get payload(): Uint8Array {
    return this.bytes.subarray(this.start, this.end);
  }

  /** Reads the head of the item at `at`, which must lie whole before `limit`. False when it is not canonical RLP. */
  read(at: number, limit: number): boolean {
    if (at >= limit) return false;
    const bytes = this.bytes;
    const prefix = bytes[at];
    this.isList = prefix >= 0xc0;
    if (prefix < 0x80) {
      this.start = at;
      this.end = at + 1;
      return true;
    }
    const short = this.isList ? prefix - 0xc0 : prefix - 0x80;
    let start = at + 1;
    let length = short;
    if (short > 55) {
      const lengthEnd = start + short - 55;
      if (lengthEnd > limit || bytes[start] === 0) return false;
      for (length = 0; start < lengthEnd; start++) length = length * 256 + bytes[start];
      if (length <= 55) return false;
    } else if (prefix === 0x81 && at + 1 < limit && bytes[at + 1] < 0x80) {
      return false;
    }
    if (length > limit - start) return false;
    this.start = start;
    this.end = start + length;
    return true;
  }

  /** Reads the whole input as one list, nothing after it. */
  readOnlyList(): boolean {
    return this.read(0, this.bytes.length) && this.isList && this.end === this.bytes.length;
  }

  /** Reads a string of exactly `length` bytes. */
  readFixed(at: number, limit: number, length: number): boolean {
    return this.read(at, limit) && !this.isList && this.length === length;
  }

  /** Reads an integer: a string of at most `maximum` bytes that does not begin with a zero. */
  readInteger(at: number, limit: number, maximum: number): boolean {
    if (!this.read(at, limit) || this.isList || this.length > maximum) return false;
    return this.length === 0 || this.bytes[this.start] !== 0;
  }
}
