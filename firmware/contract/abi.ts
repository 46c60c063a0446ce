/**
 * The part of Solidity's `abi.encode` that hashes need: static values, one 32-byte word each
 * (Contract ABI specification, "Formal Specification of the Encoding").
 */

import { wordFromNumber, writeNumber } from '../bytes/bigEndian.js';

/** A number is a uint, 20 bytes an address (padded left), 32 bytes a word as it is. */
export type StaticValue = number | Uint8Array;

export function word(value: StaticValue): Uint8Array {
  if (typeof value === 'number') return wordFromNumber(value);
  if (value.length === 32) return value;
  if (value.length !== 20) throw new RangeError('a static value is a number, an address or a word');
  const padded = new Uint8Array(32);
  padded.set(value, 12);
  return padded;
}

/** 32 bytes for each value. @throws RangeError on bytes that are neither an address nor a word */
export function encodeStatic(...values: StaticValue[]): Uint8Array {
  const bytes = new Uint8Array(32 * values.length);
  for (let i = 0, at = 0; i < values.length; i++, at += 32) {
    const value = values[i];
    if (typeof value === 'number') writeNumber(bytes, at, 32, value);
    else bytes.set(word(value), at);
  }
  return bytes;
}
