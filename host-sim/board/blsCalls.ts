/** The BLS port among what crosses between an image's realm and its process, where the image is given one. */
import type { Bls, BlsSum } from '../../firmware/port/bls.js';
import type { Crossing } from './busCalls.js';

/** Sums that an image has begun; the oldest are given up. */
const SUMS_MAX = 64;

type Calls = Record<string, (a: unknown, b: unknown, c: unknown, d: unknown) => unknown>;

/** The calls by name. Without a port only that there is none. */
export function blsCalls(bls: Bls | undefined, { integer, take }: Pick<Crossing, 'integer' | 'take'>): Calls {
  if (!bls) return { 'bls.given': () => 'no' };
  const sums = new Map<number, BlsSum>();
  const begun = (id: unknown): BlsSum => {
    const sum = sums.get(integer(id));
    if (!sum) throw new Error('this sum of keys was given up');
    return sum;
  };
  return {
    'bls.given': () => 'yes',
    'bls.begin'(id, aggregate) {
      sums.set(integer(id), bls.begin(take(aggregate)));
      if (sums.size > SUMS_MAX) sums.delete(sums.keys().next().value!);
    },
    'bls.subtract': (id, key) => begun(id).subtract(take(key)),
    'bls.verify': (id, message, signature) => begun(id).verify(take(message), take(signature)),
  };
}
