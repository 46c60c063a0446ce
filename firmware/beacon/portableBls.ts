/** The BLS port in TypeScript alone, on noble's curve. Native implementations are tested against it. */

import { bls12_381 } from '@noble/curves/bls12-381.js';
import { encodeText } from '../bytes/text.js';
import type { Bls, BlsOutcome, BlsSum } from '../port/bls.js';

type KeyPoint = ReturnType<typeof bls12_381.G1.Point.fromAffine>;

/** The domain separation tag of the proof-of-possession scheme; noble's default is another. */
const tag = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_';

/** A BLS port for every engine. */
export function portableBls(): Bls {
  return { begin: aggregate => new PortableSum(decompressKey(aggregate)) };
}

class PortableSum implements BlsSum {
  /** Undefined once something was no key. */
  #signers: KeyPoint | undefined = undefined;

  constructor(signers: KeyPoint | undefined) {
    this.#signers = signers;
  }

  subtract(key: Uint8Array): void {
    const point = decompressKey(key);
    // noble's addition is complete: equal, opposite and infinite points need no case of their own.
    this.#signers = point && this.#signers?.subtract(point);
  }

  verify(message: Uint8Array, signature: Uint8Array): BlsOutcome {
    const { G2, longSignatures } = bls12_381;
    const signers = this.#signers;
    if (signers === undefined) return 'key';
    if (signers.is0()) return 'infinity';
    if (!signers.isTorsionFree()) return 'key';
    if (signature.length !== 96 || (signature[0] & 0xc0) !== 0x80) return 'signature';
    let point: ReturnType<typeof G2.Point.fromBytes>;
    try {
      // On the curve and in the subgroup, or it throws.
      point = G2.Point.fromBytes(signature);
    } catch {
      return 'signature';
    }
    const hashed = longSignatures.hash(message, encodeText(tag));
    return longSignatures.verify(point, hashed, signers) ? 'valid' : 'mismatch';
  }
}

/**
 * The point of a compressed key, its subgroup unchecked: noble's own decoding checks it for each key, which costs
 * more than all else and adds nothing once the sum is checked. Undefined for the point at infinity, which is not a key.
 */
function decompressKey(bytes: Uint8Array): KeyPoint | undefined {
  const { Fp } = bls12_381.fields;
  if (bytes.length !== 48 || (bytes[0] & 0xc0) !== 0x80) return undefined;
  let x = BigInt(bytes[0] & 0x1f);
  for (let i = 1; i < 48; i++) x = (x << 8n) | BigInt(bytes[i]);
  if (x >= Fp.ORDER) return undefined;
  const square = Fp.add(Fp.mul(Fp.sqr(x), x), 4n);
  const root = Fp.pow(square, (Fp.ORDER + 1n) >> 2n);
  if (!Fp.eql(Fp.sqr(root), square)) return undefined;
  const larger = root > Fp.ORDER >> 1n;
  const wanted = (bytes[0] & 0x20) !== 0;
  return bls12_381.G1.Point.fromAffine({ x, y: larger === wanted ? root : Fp.neg(root) });
}
