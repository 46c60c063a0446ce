/** Typed values in 32-byte storage words, as Solidity lays them out: packed from the low-order end. */

import { readNumber, wordFromBytes, wordFromNumber } from '../bytes/bigEndian.js';
import { concat } from '../bytes/concat.js';
import type { Crypto } from '../port/crypto.js';

/** A variable of a contract, as solc's storageLayout describes it. */
export interface LayoutEntry<Type extends string = string> {
  slot: number;
  /** Bytes from the low-order end of the word. */
  offset: number;
  /** Bytes it takes. */
  bytes: number;
  /** `bool`, `address`, `uint32`, `bytes32`, `enum`, `contract`; types of more than one word are not read here. */
  type: Type;
}

type SmallInteger = 'uint8' | 'uint16' | 'uint24' | 'uint32' | 'uint40' | 'uint48' | 'uint56' | 'uint64';

/** The JavaScript type of a variable: integers up to 64 bits are numbers, everything wider is big-endian bytes. */
export type SlotValue<Type extends string> = Type extends 'bool'
  ? boolean
  : Type extends SmallInteger | 'enum'
    ? number
    : Type extends 'address' | 'contract' | `bytes${number}` | `uint${number}`
      ? Uint8Array
      : boolean | number | Uint8Array;

/**
 * The variable's value in the word (32 bytes) of its slot. Undefined for what no honest word holds: a bool that is
 * neither 0 nor 1, a number above 2^53 - 1. Throws a RangeError on a type that does not lie in a single word.
 */
export function readVariable<Type extends string>(
  word: Uint8Array,
  entry: LayoutEntry<Type>,
): SlotValue<Type> | undefined {
  return read(word, entry) as SlotValue<Type> | undefined;
}

function read(
  word: Uint8Array,
  { offset, bytes, type }: LayoutEntry,
): boolean | number | Uint8Array | undefined {
  const end = 32 - offset;
  const start = end - bytes;
  if (word.length !== 32 || start < 0) throw new RangeError(`${type} does not lie in the word`);
  if (type === 'bool') {
    const value = word[start];
    return value > 1 ? undefined : value === 1;
  }
  if (type === 'enum' || (type.startsWith('uint') && bytes <= 8)) return readNumber(word, start, bytes);
  if (!/^(address|contract|u?int\d*|bytes\d+)$/.test(type))
    throw new RangeError(`${type} is not a value of one word`);
  return word.slice(start, end);
}

/** The slot, 32 bytes, with a number. */
export function slotKey(slot: number): Uint8Array {
  return wordFromNumber(slot);
}

/**
 * The slot, 32 bytes, of a mapping's entry: keccak-256 of key and slot (Solidity, layout of state variables). The key
 * is a value type of at most 32 bytes, right aligned as integers and addresses are; a `bytesN` key must come padded to
 * 32 bytes at its end.
 */
export function mappingSlot(
  crypto: Pick<Crypto, 'keccak256'>,
  slot: Uint8Array,
  key: Uint8Array,
): Uint8Array {
  return crypto.keccak256(concat(wordFromBytes(key), slot));
}
