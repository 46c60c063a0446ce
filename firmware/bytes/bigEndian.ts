/**
 * Unsigned big-endian numbers, as JavaScript numbers up to 2^53 - 1: a larger one is refused, never rounded, and no
 * BigInt is made (each costs XS an allocation).
 */

/**
 * The number in `length` bytes at `offset`; of any length, so 32-byte words work. Undefined when the number exceeds
 * 2^53 - 1 or the range does not lie within `bytes`.
 *
 * @example
 * readNumber(Uint8Array.of(1, 0)) // 256
 */
export function readNumber(
  bytes: Uint8Array,
  offset = 0,
  length: number = bytes.length - offset,
): number | undefined {
  if (offset < 0 || length < 0 || offset + length > bytes.length) return undefined;
  const end = offset + length;
  let value = 0;
  // A value that became too large stays too large: it never shrinks.
  for (let i = offset; i < end; i++) value = value * 256 + bytes[i];
  return value > Number.MAX_SAFE_INTEGER ? undefined : value;
}

/** Writes `value` into `length` bytes at `offset`. Throws a RangeError when it cannot be written whole. */
export function writeNumber(target: Uint8Array, offset: number, length: number, value: number): void {
  checkNumber(value);
  if (offset < 0 || length < 0 || offset + length > target.length) throw new RangeError('outside the target');
  const first = putNumber(target, offset, offset + length, value);
  if (first > offset) target.fill(0, offset, first);
}

/** Writes the bytes that `value` needs, the last one before `end`. Returns the offset of the first. */
function putNumber(target: Uint8Array, offset: number, end: number, value: number): number {
  let at = end;
  let rest = value;
  // A division is dear on a processor without floating point: once 31 bits are left, shifts do.
  for (; rest > 0x7fffffff && at > offset; rest = Math.floor(rest / 256)) target[--at] = rest % 256;
  for (; rest > 0 && at > offset; rest >>= 8) target[--at] = rest & 255;
  if (rest > 0) throw new RangeError('the number needs more bytes');
  return at;
}

/** @throws RangeError unless the value is an unsigned 53-bit integer */
export function checkNumber(value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('not an unsigned 53-bit integer');
}

/** `value` in `length` bytes. Throws a RangeError when it needs more, or is not an unsigned 53-bit integer. */
export function numberToBytes(value: number, length: number): Uint8Array {
  checkNumber(value);
  const bytes = new Uint8Array(length);
  putNumber(bytes, 0, length, value);
  return bytes;
}

/** `value` as a 32-byte Ethereum word. Throws a RangeError unless it is an unsigned 53-bit integer. */
export function wordFromNumber(value: number): Uint8Array {
  return numberToBytes(value, 32);
}

/** `value` in as few bytes as possible, none for 0: an integer of RLP. Throws a RangeError as `numberToBytes` does. */
export function minimalBytes(value: number): Uint8Array {
  let length = 0;
  for (let rest = value; rest >= 1; rest /= 256) length++;
  return numberToBytes(value, length);
}

/** `bytes` right-aligned in a 32-byte word, as Solidity keeps integers and addresses. At most 32 bytes. */
export function wordFromBytes(bytes: Uint8Array): Uint8Array {
  const word = new Uint8Array(32);
  word.set(bytes, 32 - bytes.length);
  return word;
}
