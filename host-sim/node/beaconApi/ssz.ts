/**
 * SSZ (consensus-specs, ssz/simple-serialize.md) as far as light client data need it, and the same values as JSON
 * (beacon-APIs: snake_case, numbers as decimal strings, bytes as hexadecimal): a type is described once and has
 * both forms. Whatever is read is untrusted: lengths and offsets are exact, or it is refused.
 */

import { concat } from '../../../firmware/bytes/concat.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';

/** A value that is not of the type. Thrown inside of this folder only: see `decodeSsz` and `decodeJson`. */
class Malformed extends Error {}

export interface SszType<T> {
  /** Bytes of every value, or undefined when they vary. */
  readonly fixed: number | undefined;
  encode(value: T): Uint8Array;
  decode(bytes: Uint8Array): T;
  toJson(value: T): unknown;
  fromJson(json: unknown): T;
}

type ValueOf<Type> = Type extends SszType<infer T> ? T : never;
type Fields = Record<string, SszType<unknown>>;

/** The value, or undefined when `bytes` are not exactly one. */
export const decodeSsz = <T>(type: SszType<T>, bytes: Uint8Array): T | undefined =>
  attempt(() => type.decode(bytes));

/** The value, or undefined when `json` is none. */
export const decodeJson = <T>(type: SszType<T>, json: unknown): T | undefined =>
  attempt(() => type.fromJson(json));

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Malformed(what);
}

function hexOf(json: unknown, least: number, most: number): Uint8Array {
  must(typeof json === 'string' && json.length <= 2 + 2 * most && json.startsWith('0x'), 'bytes');
  const bytes = fromHex(json);
  must(bytes !== undefined && bytes.length >= least, 'bytes');
  return bytes;
}

/** Exactly `length` bytes. */
export const bytesOf = (length: number): SszType<Uint8Array> => ({
  fixed: length,
  encode: value => value,
  decode: bytes => {
    must(bytes.length === length, 'length');
    return bytes.slice();
  },
  toJson: toHex,
  fromJson: json => hexOf(json, length, length),
});

/** ByteList: `most` bytes at most. */
export const bytesUpTo = (most: number): SszType<Uint8Array> => ({
  fixed: undefined,
  encode: value => value,
  decode: bytes => {
    must(bytes.length <= most, 'length');
    return bytes.slice();
  },
  toJson: toHex,
  fromJson: json => hexOf(json, 0, most),
});

function littleEndian(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

export const unsigned = (length: number): SszType<bigint> => ({
  fixed: length,
  encode: value => littleEndian(value, length),
  decode: bytes => {
    must(bytes.length === length, 'length');
    return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  },
  toJson: String,
  fromJson: json => {
    must(typeof json === 'string' && /^[0-9]{1,78}$/.test(json), 'number');
    const value = BigInt(json);
    must(value < 1n << BigInt(8 * length), 'number');
    return value;
  },
});

/** A uint64 that must be exact as a JavaScript number: slots, heights and times are. */
export const uint64: SszType<number> = {
  fixed: 8,
  encode: value => littleEndian(BigInt(value), 8),
  decode: bytes => {
    must(bytes.length === 8 && bytes[7] === 0 && bytes[6] < 32, 'number');
    return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
  },
  toJson: String,
  fromJson: json => {
    must(typeof json === 'string' && /^[0-9]{1,16}$/.test(json), 'number');
    const value = Number(json);
    must(Number.isSafeInteger(value), 'number');
    return value;
  },
};

/** A vector of values of fixed size. */
export const vectorOf = <T>(item: SszType<T>, length: number): SszType<T[]> => {
  const size = item.fixed!;
  return {
    fixed: size * length,
    encode: value => concat(...value.map(item.encode)),
    decode: bytes => {
      must(bytes.length === size * length, 'length');
      return Array.from({ length }, (_, i) => item.decode(bytes.subarray(i * size, (i + 1) * size)));
    },
    toJson: value => value.map(item.toJson),
    fromJson: json => {
      must(Array.isArray(json) && json.length === length, 'list');
      return json.map(item.fromJson);
    },
  };
};

/** A bit vector, in the shape that Lodestar gives its own. */
export const bitsOf = (length: number): SszType<{ uint8Array: Uint8Array }> => {
  const bytes = bytesOf(length / 8);
  return {
    fixed: bytes.fixed,
    encode: value => bytes.encode(value.uint8Array),
    decode: encoded => ({ uint8Array: bytes.decode(encoded) }),
    toJson: value => bytes.toJson(value.uint8Array),
    fromJson: json => ({ uint8Array: bytes.fromJson(json) }),
  };
};

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);

/** Bytes of an offset, by which a field of varying size is found. */
const offsetBytes = 4;

/** A container; fields of varying size stand behind the others, found by offsets that must leave no gap. */
export function containerOf<F extends Fields>(fields: F): SszType<{ [K in keyof F]: ValueOf<F[K]> }> {
  type Value = { [K in keyof F]: ValueOf<F[K]> };
  const entries = Object.entries(fields);
  const head = entries.reduce((sum, [, type]) => sum + (type.fixed ?? offsetBytes), 0);
  const varies = entries.some(([, type]) => type.fixed === undefined);
  const record = (value: Value) => value as Record<string, unknown>;
  return {
    fixed: varies ? undefined : head,
    encode: value => {
      const front: Uint8Array[] = [];
      const back: Uint8Array[] = [];
      let end = head;
      for (const [name, type] of entries) {
        const bytes = type.encode(record(value)[name]);
        if (type.fixed !== undefined) front.push(bytes);
        else {
          front.push(littleEndian(BigInt(end), offsetBytes));
          back.push(bytes);
          end += bytes.length;
        }
      }
      return concat(...front, ...back);
    },
    decode: bytes => {
      must(varies ? bytes.length >= head : bytes.length === head, 'length');
      const value: Record<string, unknown> = {};
      const later: { name: string; type: SszType<unknown>; start: number }[] = [];
      let at = 0;
      for (const [name, type] of entries) {
        const piece = bytes.subarray(at, at + (type.fixed ?? offsetBytes));
        at += piece.length;
        if (type.fixed !== undefined) value[name] = type.decode(piece);
        else later.push({ name, type, start: piece.reduceRight((sum, byte) => sum * 256 + byte, 0) });
      }
      for (const [i, { name, type, start }] of later.entries()) {
        const end = later[i + 1]?.start ?? bytes.length;
        must(start >= head && start <= end && end <= bytes.length && (i > 0 || start === head), 'offset');
        value[name] = type.decode(bytes.subarray(start, end));
      }
      return value as Value;
    },
    toJson: value =>
      Object.fromEntries(entries.map(([name, type]) => [snakeCase(name), type.toJson(record(value)[name])])),
    fromJson: json => {
      must(typeof json === 'object' && json !== null, 'object');
      const members = json as Record<string, unknown>;
      return Object.fromEntries(
        entries.map(([name, type]) => [name, type.fromJson(members[snakeCase(name)])]),
      ) as Value;
    },
  };
}
