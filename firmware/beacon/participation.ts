/** Who of a committee signed: SSZ's Bitvector, position i is bit i % 8 of byte i / 8, the lowest bit first. */

export const isPresent = (bits: Uint8Array, position: number): boolean =>
  ((bits[position >> 3] >> (position & 7)) & 1) === 1;

export function countPresent(bits: Uint8Array): number {
  let count = 0;
  for (let position = 0; position < bits.length * 8; position++) if (isPresent(bits, position)) count++;
  return count;
}

/** At least two thirds, as finality asks. */
export const isSupermajority = (present: number, committeeSize: number): boolean =>
  present * 3 >= committeeSize * 2;
