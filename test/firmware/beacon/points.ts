/** Points of BLS12-381 that lie on the curve but outside the subgroup, which no key and no signature does. */

import { bls12_381 } from '@noble/curves/bls12-381.js';
import type { Random } from './random.js';

const { Fp, Fp2 } = bls12_381.fields;
const { G1, G2 } = bls12_381;

const bytesOf = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 48 }, (_, i) => Number((value >> BigInt(8 * (47 - i))) & 255n));

/** True when y is the larger of y and −y. */
const isLarger = (y: bigint): boolean => y > Fp.ORDER >> 1n;

function compressKey(point: { x: bigint; y: bigint }): Uint8Array {
  const bytes = bytesOf(point.x);
  bytes[0] |= isLarger(point.y) ? 0xa0 : 0x80;
  return bytes;
}

type Fp2Value = ReturnType<typeof Fp2.create>;

export function compressSignature({ x, y }: { x: Fp2Value; y: Fp2Value }): Uint8Array {
  const bytes = new Uint8Array(96);
  bytes.set(bytesOf(x.c1));
  bytes.set(bytesOf(x.c0), 48);
  bytes[0] |= isLarger(y.c1 === 0n ? y.c0 : y.c1) ? 0xa0 : 0x80;
  return bytes;
}

/** On the curve of keys, outside the subgroup. */
export function strangeKey(random: Random): Uint8Array {
  for (;;) {
    const x = BigInt(1 + random.below(2 ** 31));
    const square = Fp.add(Fp.pow(x, 3n), 4n);
    let y: bigint;
    try {
      y = Fp.sqrt(square);
    } catch {
      continue;
    }
    if (!G1.Point.fromAffine({ x, y }).isTorsionFree()) return compressKey({ x, y });
  }
}

/** On the curve of signatures, outside the subgroup. */
export function strangeSignature(random: Random): Uint8Array {
  for (;;) {
    const x = Fp2.create({ c0: BigInt(random.below(2 ** 31)), c1: BigInt(random.below(2 ** 31)) });
    const square = Fp2.add(Fp2.pow(x, 3n), Fp2.create({ c0: 4n, c1: 4n }));
    let y: Fp2Value;
    try {
      y = Fp2.sqrt(square);
    } catch {
      continue;
    }
    if (G2.Point.fromAffine({ x, y }).isTorsionFree()) continue;
    return compressSignature({ x, y });
  }
}
