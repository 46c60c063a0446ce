/** The BLS port on blst (supranational), as npm's @chainsafe/blst builds it: an implementation that is not ours. */

import * as blst from '@chainsafe/blst';
import type { Bls, BlsOutcome } from '../../../firmware/port/bls.js';

export const blstBls = (): Bls => ({ verify });

function verify(
  aggregate: Uint8Array,
  absent: Iterable<Uint8Array>,
  message: Uint8Array,
  signature: Uint8Array,
): BlsOutcome {
  let signers: blst.PublicKey;
  try {
    signers = blst.aggregatePubkeys([key(aggregate), ...Array.from(absent, bytes => key(negated(bytes)))]);
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
