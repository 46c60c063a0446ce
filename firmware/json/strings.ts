/** The inside of a string (RFC 8259, 7), whose characters go into a sink. */
import { JsonFault } from '../port/json.js';
import { hexDigit, Into, type Sink } from './sink.js';

/** The states of the reader, named after the part of a string that comes next. */
const At = { character: 0, escape: 1, unit: 2, lowEscape: 3, lowUnit: 4, more: 5 } as const;

/** In place of a fault: the string has ended. */
export const STRING_END = -1;

export class StringReader {
  readonly #sink: Sink;
  #at: number = At.character;
  /** Bytes of a character that are to come, and the bounds of the next. */
  #left = 0;
  #low = 0x80;
  #high = 0xbf;
  /** Of a \u escape. */
  #unit = 0;
  #unitDigits = 0;
  #highSurrogate = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** The place of the first byte that is more than a character to forget. */
  skip(bytes: Uint8Array, from: number): number {
    let at = from;
    if (this.#at !== At.character || this.#sink.into !== Into.nothing) return at;
    const end = bytes.length;
    while (at < end && bytes[at] >= 0x20 && bytes[at] < 0x80 && bytes[at] !== 0x22 && bytes[at] !== 0x5c)
      at++;
    return at;
  }

  /** A fault, 0 or `STRING_END`. */
  take(byte: number): number {
    switch (this.#at) {
      case At.character:
        return this.#character(byte);
      case At.more:
        if (byte < this.#low || byte > this.#high) return JsonFault.malformed;
        this.#low = 0x80;
        this.#high = 0xbf;
        if (--this.#left === 0) this.#at = At.character;
        return this.#sink.put(byte);
      case At.escape:
        return this.#escape(byte);
      case At.unit:
        return this.#unitDigit(byte);
      case At.lowEscape:
        this.#at = At.lowUnit;
        return byte === 0x5c ? 0 : JsonFault.malformed;
      default:
        return byte === 0x75 ? this.#beginUnit() : JsonFault.malformed;
    }
  }

  #character(byte: number): number {
    if (byte === 0x22) return STRING_END;
    if (byte < 0x20) return JsonFault.malformed;
    if (byte >= 0x80) return this.#beginCharacter(byte);
    if (byte !== 0x5c) return this.#putPoint(byte);
    this.#highSurrogate = 0;
    this.#at = At.escape;
    return 0;
  }

  /** The first byte of a character beyond ASCII, and what may follow it (RFC 3629, 4). */
  #beginCharacter(byte: number): number {
    if (byte < 0xc2 || byte > 0xf4) return JsonFault.malformed;
    this.#left = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    this.#low = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
    this.#high = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
    this.#at = At.more;
    this.#sink.makeRoom(this.#left + 1);
    return this.#sink.put(byte);
  }

  #escape(byte: number): number {
    if (byte === 0x75) return this.#beginUnit();
    this.#at = At.character;
    if (byte === 0x22 || byte === 0x5c || byte === 0x2f) return this.#putPoint(byte);
    if (byte === 0x62) return this.#putPoint(0x08);
    if (byte === 0x66) return this.#putPoint(0x0c);
    if (byte === 0x6e) return this.#putPoint(0x0a);
    if (byte === 0x72) return this.#putPoint(0x0d);
    return byte === 0x74 ? this.#putPoint(0x09) : JsonFault.malformed;
  }

  #beginUnit(): number {
    this.#unit = 0;
    this.#unitDigits = 0;
    this.#at = At.unit;
    return 0;
  }

  #unitDigit(byte: number): number {
    const digit = hexDigit(byte);
    if (digit < 0) return JsonFault.malformed;
    this.#unit = (this.#unit << 4) | digit;
    if (++this.#unitDigits < 4) return 0;
    const unit = this.#unit;
    const isLow = unit >= 0xdc00 && unit <= 0xdfff;
    if (isLow !== (this.#highSurrogate !== 0)) return JsonFault.malformed;
    if (unit >= 0xd800 && unit <= 0xdbff) {
      this.#highSurrogate = unit;
      this.#at = At.lowEscape;
      return 0;
    }
    this.#at = At.character;
    return this.#putPoint(isLow ? 0x10000 + ((this.#highSurrogate - 0xd800) << 10) + (unit - 0xdc00) : unit);
  }

  #putPoint(point: number): number {
    const sink = this.#sink;
    if (sink.into === Into.nothing) return 0;
    if (point < 0x80) {
      sink.makeRoom(1);
      return sink.put(point);
    }
    const more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    sink.makeRoom(more + 1);
    // The first byte of a character: as many ones as it has bytes, and a zero.
    let fault = sink.put(((0xff00 >> (more + 1)) & 0xff) | (point >> (6 * more)));
    for (let i = more - 1; i >= 0 && fault === 0; i--) fault = sink.put(0x80 | ((point >> (6 * i)) & 0x3f));
    return fault;
  }
}
