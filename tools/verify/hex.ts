/** Hexadecimal as callers write it, and numbers of slots. */
import { fromHex } from '../../firmware/bytes/hex.js';

export type Hex = `0x${string}`;

/** The bytes of a caller's hexadecimal. @throws TypeError that names what was to be given */
export function bytesOf(text: string, length: number, what: string): Uint8Array {
  const bytes = fromHex(text, length);
  if (!bytes) throw new TypeError(`${what} is 0x and ${2 * length} hexadecimal digits`);
  return bytes;
}

/** The 32 bytes of a slot: a number, or 0x and 64 digits. @throws TypeError */
export function slotOf(slot: number | bigint | string): Uint8Array {
  if (typeof slot === 'string' && slot.length === 66) return bytesOf(slot, 32, 'a slot');
  const number = BigInt(slot);
  if (number < 0n || number >> 256n)
    throw new TypeError('a slot is a number of 256 bits, or 0x and 64 digits');
  return bytesOf(`0x${number.toString(16).padStart(64, '0')}`, 32, 'a slot');
}
