/** Recognisable values of fixed length. */
export const word = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
export const address = (fill: number): Uint8Array => new Uint8Array(20).fill(fill);
export const ZERO_WORD = word(0);

/** `bytes` with one bit turned, counted from the first byte's lowest. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] ^= 1 << (bit & 7);
  return copy;
}
