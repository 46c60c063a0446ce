/** The BLS port over C (bls.c by way of xsBls.c): keys go in one by one, so that C holds one sum and no list. */
import type { Bls, BlsOutcome, BlsSum } from '../../port/bls.js';

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
export const nativeBls = (native: NativeBls): Bls => ({
  begin: aggregate => new NativeSum(native, aggregate.length === 48 ? native.blsBegin(aggregate) : undefined),
});

class NativeSum implements BlsSum {
  readonly #native: NativeBls;
  /** Undefined once something was no key. */
  #sum: ArrayBuffer | undefined = undefined;

  constructor(native: NativeBls, sum: ArrayBuffer | undefined) {
    this.#native = native;
    this.#sum = sum;
  }

  subtract(key: Uint8Array): void {
    if (this.#sum && !(key.length === 48 && this.#native.blsSubtract(this.#sum, key))) this.#sum = undefined;
  }

  verify(message: Uint8Array, signature: Uint8Array): BlsOutcome {
    if (!this.#sum) return 'key';
    // A signature of another length becomes one that no point has: the sum of the keys is judged first.
    const whole = signature.length === 96 ? signature : new Uint8Array(96);
    return outcomes[this.#native.blsVerify(this.#sum, message, whole)];
  }
}
