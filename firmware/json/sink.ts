/** The place where the characters of a wanted value go, or of a name; and the marks between values (kept.ts). */
import { JsonFault } from '../port/json.js';
import { KEPT_ROOM, type Mark } from './kept.js';

export const NAME_BYTES_MAX = 32;

/** The uses of a character. */
export const Into = { nothing: 0, name: 1, text: 2, data: 3, quantity: 4, number: 5 } as const;

/** The value of a hexadecimal digit in either case, -1 for anything else. */
export function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

export class Sink {
  readonly name = new Uint8Array(NAME_BYTES_MAX);
  /** One more than the greatest length for whatever is longer. */
  nameLength = 0;
  /** Of the value, in its object. */
  member = 0;
  into: number = Into.nothing;
  /** Bytes that are kept. */
  length = 0;
  #kept: Uint8Array = new Uint8Array(0);
  /** The place of the open value's length; 0 for none. */
  #record = 0;
  #limit = 0;
  /** Characters of data or quantity. */
  #digits = 0;

  open(kept: Uint8Array): void {
    this.#kept = kept;
  }

  get isFull(): boolean {
    return this.length + KEPT_ROOM > this.#kept.length;
  }

  mark(mark: (typeof Mark)[keyof typeof Mark]): void {
    this.#kept[this.length++] = mark;
    this.#kept[this.length++] = this.member;
  }

  markEnd(): void {
    this.#kept[this.length++] = 0;
  }

  begin(mark: (typeof Mark)[keyof typeof Mark], into: number, limit: number): void {
    this.mark(mark);
    this.#record = this.length;
    this.length += 2;
    this.#limit = limit;
    this.#digits = 0;
    this.into = into;
  }

  beginName(isWanted: boolean): void {
    this.into = isWanted ? Into.name : Into.nothing;
    this.nameLength = 0;
  }

  /** One byte of a string's UTF-8, or of a number. */
  put(byte: number): number {
    if (this.into === Into.nothing) return 0;
    if (this.into === Into.name) {
      if (this.nameLength < NAME_BYTES_MAX) this.name[this.nameLength] = byte;
      if (this.nameLength <= NAME_BYTES_MAX) this.nameLength++;
      return 0;
    }
    if (this.into === Into.data || this.into === Into.quantity) return this.#putDigit(byte);
    if (this.into === Into.number && this.#payload >= this.#limit) return JsonFault.long;
    this.#kept[this.length++] = byte;
    return 0;
  }

  /** A text that has no room for a whole character ends before it. */
  makeRoom(count: number): void {
    if (this.into === Into.text && this.#payload + count > this.#limit) this.into = Into.nothing;
  }

  /** The value has ended. */
  end(): number {
    if (this.#record === 0) return 0;
    if (this.into === Into.data || this.into === Into.quantity) {
      const isOdd = (this.#digits & 1) === 1;
      if (this.#digits < 2) return JsonFault.type;
      if (this.into === Into.data ? isOdd : this.#digits < 3) return JsonFault.type;
      if (isOdd) this.#alignRight();
    }
    const length = this.#payload;
    this.#kept[this.#record] = length >> 8;
    this.#kept[this.#record + 1] = length & 255;
    this.#record = 0;
    this.into = Into.nothing;
    return 0;
  }

  #putDigit(byte: number): number {
    const place = this.#digits++;
    if (place < 2) return byte === (place === 0 ? 0x30 : 0x78) ? 0 : JsonFault.type;
    const digit = hexDigit(byte);
    if (digit < 0) return JsonFault.type;
    if (place >= 2 + 2 * this.#limit) return JsonFault.long;
    if ((place & 1) === 0) this.#kept[this.length++] = digit << 4;
    else this.#kept[this.length - 1] |= digit;
    return 0;
  }

  /** An odd count of digits was written from the left: all move by half a byte. */
  #alignRight(): void {
    const first = this.#record + 2;
    for (let i = this.length - 1; i >= first; i--) {
      const before = i > first ? this.#kept[i - 1] : 0;
      this.#kept[i] = ((before << 4) & 0xf0) | (this.#kept[i] >> 4);
    }
  }

  get #payload(): number {
    return this.length - this.#record - 2;
  }
}
