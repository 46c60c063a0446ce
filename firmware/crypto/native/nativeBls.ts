/** The BLS port over C (bls.c by way of xsBls.c): keys go in one by one, so that C holds one sum and no list. */
import type { Bls, BlsOutcome } from '../../port/bls.js';

/** The functions of xsBls.c. They throw on an argument that is not a buffer of bytes, or has another length. */
export interface NativeBls {
  /** Begins a sum with a key; undefined when the key is not a point. */
  blsBegin(key: Uint8Array): ArrayBuffer | undefined;
  /** Takes a key off a sum; false when the key is not a point. */
  blsSubtract(sum: ArrayBuffer, key: Uint8Array): boolean;
  /** The outcome, by its place in `outcomes`. */
  blsVerify(sum: ArrayBuffer, message: Uint8Array, signature: Uint8Array): number;
}

/** The outcomes in the order of bls.h. */
const outcomes: readonly BlsOutcome[] = ['valid', 'mismatch', 'key', 'infinity', 'signature'];

/** A BLS port over the functions of a platform. */
export function nativeBls(native: NativeBls): Bls {
  return {
    verify(aggregate, absent, message, signature) {
      const sum = aggregate.length === 48 ? native.blsBegin(aggregate) : undefined;
      if (!sum) return 'key';
      for (const key of absent) if (key.length !== 48 || !native.blsSubtract(sum, key)) return 'key';
      // A signature of another length becomes one that no point has: the sum of the keys is judged first.
      const whole = signature.length === 96 ? signature : new Uint8Array(96);
      return outcomes[native.blsVerify(sum, message, whole)];
    },
  };
}
