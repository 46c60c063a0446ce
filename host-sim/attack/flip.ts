/** Changing one bit, which is the least that a change can be. */

/**
 * `hex` (0x…, bytes or a quantity) with the lowest bit of byte `at` flipped; negative counts from the end. Where
 * there is no such byte, one is added: an attack that changes nothing would prove nothing.
 */
export function flipHex(hex: string, at = -1): string {
  const digits = hex.length - 2;
  const place = at < 0 ? hex.length + 2 * at + 1 : 2 + 2 * at + 1;
  if (place < 2 || place >= hex.length) return `${hex}${digits % 2 === 0 ? '01' : '1'}`;
  const digit = (Number.parseInt(hex[place], 16) ^ 1).toString(16);
  return hex.slice(0, place) + digit + hex.slice(place + 1);
}

/** A copy of `bytes` with the lowest bit of byte `at` flipped; negative counts from the end. */
export function flipByte(bytes: Uint8Array, at = -1): Uint8Array {
  const copy = bytes.slice();
  copy[at < 0 ? copy.length + at : at] ^= 1;
  return copy;
}
