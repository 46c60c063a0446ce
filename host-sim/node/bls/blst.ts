/** The BLS port on blst (supranational), as npm's @chainsafe/blst builds it: an implementation that is not ours. */

import * as blst from '@chainsafe/blst';
import type { Bls, BlsOutcome, BlsSum } from '../../../firmware/port/bls.js';

export const blstBls = (): Bls => ({ begin: sumFrom });

/** Adds up nothing before it is asked: a desk has room for a list, and blst's own sum of all is what we compare with. */
function sumFrom(aggregate: Uint8Array): BlsSum {
  const absent: Uint8Array[] = [];
  return {
    subtract: key => void absent.push(Uint8Array.from(key)),
    verify: (message, signature) => verify(aggregate, absent, message, signature),
  };
}

function verify(
  aggregate: Uint8Array,
  absent: readonly Uint8Array[],
  message: Uint8Array,
  signature: Uint8Array,
): BlsOutcome {
  let signers: blst.PublicKey;
  try {
    signers = blst.aggregatePubkeys([key(aggregate), ...absent.map(bytes => key(negated(bytes)))]);
  } catch {
    return 'key';
  }
  if (signers.value.is_inf()) return 'infinity';
  if (!signers.value.in_group()) return 'key';
  let point: blst.Signature;
  try {
    if (signature.length !== 96) return 'signature';
    point = blst.Signature.fromBytes(signature);
    point.sigValidate();
    if (point.value.is_inf()) return 'signature';
  } catch {
    return 'signature';
  }
  return blst.verify(message, signers, point) ? 'valid' : 'mismatch';
}

function key(bytes: Uint8Array): blst.PublicKey {
  if (bytes.length !== 48) throw new RangeError('not compressed');
  const point = blst.PublicKey.fromBytes(bytes);
  if (point.value.is_inf()) throw new RangeError('infinity');
  return point;
}

/** A compressed point differs from its opposite in one bit. */
const negated = (bytes: Uint8Array): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[0] ^= 0x20;
  return copy;
};
