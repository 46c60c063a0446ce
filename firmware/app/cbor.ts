/**
 * CBOR (RFC 8949) of plain values: those of JSON, and bytes. Written deterministically (4.2: the shortest form of each
 * length and number, the keys of a map in the order of 4.2.3, shorter ones first), and read in those forms alone, but
 * for floating-point numbers of more bytes than needed and keys in another order.
 */

import { readNumber, writeNumber } from '../bytes/bigEndian.js';
import { concat } from '../bytes/concat.js';
import { decodeText, encodeText } from '../bytes/text.js';

/** The greatest depth of lists and maps in each other. A chip's stack is short, and both ways recurse. */
export const NESTING_LEVELS_MAX = 8;

const UNSIGNED = 0;
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const LIST = 4;
const MAP = 5;
const SIMPLE = 7;

/**
 * The CBOR of a plain value. As in JSON, a member that is undefined is left out, and an undefined element is null.
 * Throws a TypeError on what is not plain: functions, BigInts, numbers that are not finite, instances of classes, what
 * is nested more than `NESTING_LEVELS_MAX` deep.
 *
 * @example
 * encodeCbor({ on: true }) // a1 62 6f6e f5
 */
export function encodeCbor(value: unknown): Uint8Array {
  return encodeItem(value, 0);
}

function encodeItem(value: unknown, level: number): Uint8Array {
  if (value === null || value === undefined) return Uint8Array.of(0xf6);
  if (typeof value === 'boolean') return Uint8Array.of(value ? 0xf5 : 0xf4);
  if (typeof value === 'number') return encodeNumber(value);
  if (typeof value === 'string') {
    const bytes = encodeText(value);
    return concat(head(TEXT, bytes.length), bytes);
  }
  if (value instanceof Uint8Array) return concat(head(BYTES, value.length), value);
  if (typeof value !== 'object' || level === NESTING_LEVELS_MAX)
    throw new TypeError(`CBOR of a ${typeof value}`);
  if (Array.isArray(value)) {
    return concat(head(LIST, value.length), ...value.map(element => encodeItem(element, level + 1)));
  }
  return encodeMap(value as Record<string, unknown>, level);
}

function encodeMap(map: Record<string, unknown>, level: number): Uint8Array {
  const prototype: unknown = Object.getPrototypeOf(map);
  if (prototype !== null && prototype !== Object.prototype) throw new TypeError('CBOR of an instance');
  const members = Object.keys(map)
    .filter(name => map[name] !== undefined)
    .map(name => ({ key: encodeText(name), value: encodeItem(map[name], level + 1) }))
    .sort((a, b) => compareKeys(a.key, b.key));
  const parts = [head(MAP, members.length)];
  for (const { key, value } of members) parts.push(head(TEXT, key.length), key, value);
  return concat(...parts);
}

function compareKeys(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return 0;
}

function head(major: number, argument: number): Uint8Array {
  const first = major << 5;
  if (argument < 24) return Uint8Array.of(first | argument);
  const width = argument < 0x100 ? 0 : argument < 0x10000 ? 1 : argument < 0x100000000 ? 2 : 3;
  const bytes = new Uint8Array(1 + (1 << width));
  bytes[0] = first | (24 + width);
  writeNumber(bytes, 1, 1 << width, argument);
  return bytes;
}

function encodeNumber(value: number): Uint8Array {
  if (!Number.isFinite(value)) throw new TypeError(`CBOR of ${value}`);
  if (Number.isSafeInteger(value)) return value < 0 ? head(NEGATIVE, -1 - value) : head(UNSIGNED, value);
  if (Math.fround(value) !== value) {
    const bytes = new Uint8Array(9);
    bytes[0] = 0xfb;
    new DataView(bytes.buffer).setFloat64(1, value);
    return bytes;
  }
  const bytes = new Uint8Array(5);
  const view = new DataView(bytes.buffer);
  view.setFloat32(1, value);
  const half = halfOf(view.getInt32(1));
  if (half !== undefined) return Uint8Array.of(0xf9, half >> 8, half & 0xff);
  bytes[0] = 0xfa;
  return bytes;
}

/** The 16 bits of a number of half precision (IEEE 754 binary16) that has these of single precision, if there is one. */
function halfOf(single: number): number | undefined {
  const sign = (single >>> 16) & 0x8000;
  const exponent = ((single >>> 23) & 0xff) - 112;
  const fraction = single & 0x7fffff;
  if (exponent > 30) return undefined;
  if (exponent > 0) return fraction & 0x1fff ? undefined : sign | (exponent << 10) | (fraction >> 13);
  const shift = 14 - exponent;
  const whole = fraction | 0x800000;
  if (shift > 23 || whole & ((1 << shift) - 1)) return undefined;
  return sign | (whole >> shift);
}

function numberOfHalf(half: number): number {
  const exponent = (half >> 10) & 31;
  const fraction = half & 0x3ff;
  if (exponent === 31) return Number.NaN;
  const size = exponent === 0 ? fraction * 2 ** -24 : (fraction + 1024) * 2 ** (exponent - 25);
  return half & 0x8000 ? -size : size;
}

/**
 * The plain value of CBOR; undefined when the bytes are anything else: other forms, tags, keys that are not text, a key
 * twice, text that is not UTF-8, integers beyond 2^53 − 1, too deep, cut short, or followed by something. Never throws.
 */
export function decodeCbor(bytes: Uint8Array): unknown {
  const decoder = new Decoder(bytes);
  const value = decoder.item(0);
  return decoder.done ? value : undefined;
}

class Decoder {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Undefined for what is not plain; nothing is read after that. */
  item(level: number): unknown {
    const first = this.#bytes[this.#at++];
    if (first === undefined) return undefined;
    const major = first >> 5;
    if (major === SIMPLE) return this.#simple(first & 31);
    const argument = this.#argument(first & 31);
    if (argument === undefined) return undefined;
    if (major === UNSIGNED) return argument;
    if (major === NEGATIVE) return argument < Number.MAX_SAFE_INTEGER ? -1 - argument : undefined;
    if (major === BYTES) return this.#take(argument)?.slice();
    if (major === TEXT) return this.#text(argument);
    if (level === NESTING_LEVELS_MAX) return undefined;
    if (major === LIST) return this.#list(argument, level + 1);
    if (major === MAP) return this.#map(argument, level + 1);
    return undefined;
  }

  #list(length: number, level: number): unknown[] | undefined {
    const list: unknown[] = [];
    for (let i = 0; i < length; i++) {
      const element = this.item(level);
      if (element === undefined) return undefined;
      list.push(element);
    }
    return list;
  }

  #map(length: number, level: number): object | undefined {
    const map = {};
    for (let i = 0; i < length; i++) {
      const first = this.#bytes[this.#at++];
      if (first === undefined || first >> 5 !== TEXT) return undefined;
      const argument = this.#argument(first & 31);
      const key = argument === undefined ? undefined : this.#text(argument);
      if (key === undefined || Object.getOwnPropertyDescriptor(map, key)) return undefined;
      const value = this.item(level);
      if (value === undefined) return undefined;
      // Defined, not assigned: `__proto__` is a key like any other.
      Object.defineProperty(map, key, { value, configurable: true, enumerable: true, writable: true });
    }
    return map;
  }

  #text(length: number): string | undefined {
    const bytes = this.#take(length);
    return bytes && decodeText(bytes);
  }

  #take(length: number): Uint8Array | undefined {
    const end = this.#at + length;
    if (end > this.#bytes.length) return undefined;
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** The number that follows a first byte; undefined when it could be shorter, or exceeds 2^53 − 1. */
  #argument(short: number): number | undefined {
    if (short < 24) return short;
    if (short > 27) return undefined;
    const bytes = this.#take(1 << (short - 24));
    const value = bytes && readNumber(bytes);
    const least = short === 24 ? 24 : 2 ** (4 << (short - 24));
    return value === undefined || value < least ? undefined : value;
  }

  #simple(short: number): unknown {
    if (short === 20 || short === 21) return short === 21;
    if (short === 22) return null;
    if (short < 25 || short > 27) return undefined;
    const bytes = this.#take(1 << (short - 24));
    if (!bytes) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const value =
      short === 25 ? numberOfHalf(view.getUint16(0)) : short === 26 ? view.getFloat32(0) : view.getFloat64(0);
    return Number.isFinite(value) ? value : undefined;
  }
}
