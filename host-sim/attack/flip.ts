/** Changing one bit, which is the least that a change can be. */

/** `hex` (0x…) with the lowest bit of byte `at` flipped; negative counts from the end. Empty bytes stay empty. */
export function flipHex(hex: string, at = -1): string {
  const count = (hex.length - 2) / 2;
  const byte = at < 0 ? count + at : at;
  if (byte < 0 || byte >= count) return hex;
  const place = 2 + 2 * byte + 1;
  const digit = (Number.parseInt(hex[place], 16) ^ 1).toString(16);
  return hex.slice(0, place) + digit + hex.slice(place + 1);
}

/** A copy of `bytes` with the lowest bit of byte `at` flipped; negative counts from the end. */
export function flipByte(bytes: Uint8Array, at = -1): Uint8Array {
  const copy = bytes.slice();
  copy[at < 0 ? copy.length + at : at] ^= 1;
  return copy;
}
