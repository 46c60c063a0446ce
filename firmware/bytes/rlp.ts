/**
 * RLP (yellow paper, appendix B), canonical form only. Reading is a cursor over bytes: it makes no object for an
 * item and never descends by itself, so that neither size nor depth of hostile input costs anything.
 */

import { minimalBytes } from './bigEndian.js';
import { concat } from './concat.js';

export class RlpCursor {
  readonly bytes: Uint8Array;
  /** Whether the item last read is a list. */
  isList = false;
  /** Where the payload of the item last read begins. */
  start = 0;
  /** Where the item last read ends: also where the next one begins. */
  end = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The length of the payload of the item last read. */
  get length(): number {
    return this.end - this.start;
  }

  /** A view of the payload of the item last read. */
  get payload(): Uint8Array {
    return this.bytes.subarray(this.start, this.end);
  }

  /** Reads the head of the item at `at`, which must lie whole before `limit`. False if it is not canonical RLP. */
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

function head(offset: number, length: number): Uint8Array {
  if (length <= 55) return Uint8Array.of(offset + length);
  const size = minimalBytes(length);
  return concat(Uint8Array.of(offset + 55 + size.length), size);
}

/** A string. An integer is the string of its minimal bytes. */
export function encodeString(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 1 && bytes[0] < 0x80) return bytes;
  return concat(head(0x80, bytes.length), bytes);
}

/** A list of items that are encoded already. */
export function encodeList(items: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const item of items) length += item.length;
  return concat(head(0xc0, length), ...items);
}
