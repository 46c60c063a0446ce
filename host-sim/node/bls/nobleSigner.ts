/** Signing with noble's curve, where blst does not run. */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import type { Signer } from './signer.js';

const tag = new TextEncoder().encode('BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_');

export function nobleSigner(): Signer {
  const { G1, longSignatures } = bls12_381;
  const { BASE } = G1.Point;
  return {
    publicKeys(first, count) {
      // Each is the one before plus the generator: a multiplication for each would take seconds.
      const points = [BASE.multiply(first)];
      for (let i = 1; i < count; i++) points.push(points[i - 1].add(BASE));
      return points.map(point => point.toBytes());
    },
    publicKey: secret => BASE.multiply(secret).toBytes(),
    sign: (secret, message) => longSignatures.hash(message, tag).multiply(secret).toBytes(),
  };
}
