/** Cases for everything that speaks the BLS port: signatures of small committees, genuine and spoilt in many ways. */

import type { Bls, BlsOutcome } from '../../../firmware/port/bls.js';
import { flipped } from '../../fakes/bytes.js';
import { strangeKey, strangeSignature } from './points.js';
import type { Random } from './random.js';
import { bitsWithout, infinitySignature, oppositeOf, TestCommittee, validator } from './validators.js';

export interface BlsCase {
  aggregate: Uint8Array;
  absent: Uint8Array[];
  message: Uint8Array;
  signature: Uint8Array;
}

/** The outcome of a case by a port. */
export function outcomeOf(bls: Bls, { absent, aggregate, message, signature }: BlsCase): BlsOutcome {
  const sum = bls.begin(aggregate);
  for (const key of absent) sum.subtract(key);
  return sum.verify(message, signature);
}

/** 16 positions, some of them one validator's or with opposite keys. */
function genuineCase(random: Random): BlsCase {
  const members = Array.from({ length: 16 }, () => validator(BigInt(1 + random.below(8)) * 7919n));
  for (let i = 0; i < 6; i += 2) if (random.oneIn(2)) members[i + 1] = oppositeOf(members[i]);
  const committee = new TestCommittee(members);
  const absentAt = Array.from({ length: 16 }, (_, i) => i).filter(() => random.oneIn(4));
  const message = random.bytes(32);
  return {
    aggregate: committee.aggregatePubkey,
    absent: absentAt.map(i => committee.pubkeys[i]),
    message,
    signature: committee.sign(message, bitsWithout(16, absentAt)),
  };
}

const flip = (random: Random, bytes: Uint8Array) => flipped(bytes, random.below(bytes.length * 8));

const infinityKey = (): Uint8Array => {
  const bytes = new Uint8Array(48);
  bytes[0] = 0xc0;
  return bytes;
};

const blsMutations: ((value: BlsCase, random: Random) => BlsCase)[] = [
  value => value,
  value => value,
  value => value,
  (value, random) => ({ ...value, message: flip(random, value.message) }),
  (value, random) => ({ ...value, signature: flip(random, value.signature) }),
  (value, random) => ({ ...value, aggregate: flip(random, value.aggregate) }),
  (value, random) => ({ ...value, absent: [...value.absent, flip(random, value.aggregate)] }),
  // The flags of compression, infinity and sign alone.
  (value, random) => ({ ...value, aggregate: flipped(value.aggregate, 5 + random.below(3)) }),
  (value, random) => ({ ...value, signature: flipped(value.signature, 5 + random.below(3)) }),
  value => ({ ...value, absent: value.absent.slice(1) }),
  value => ({ ...value, absent: [...value.absent, value.aggregate] }),
  value => ({ ...value, absent: [value.aggregate] }),
  value => ({ ...value, absent: [...value.absent, infinityKey()] }),
  value => ({ ...value, aggregate: infinityKey() }),
  value => ({ ...value, signature: infinitySignature() }),
  (value, random) => ({ ...value, signature: strangeSignature(random) }),
  (value, random) => ({ ...value, aggregate: strangeKey(random) }),
  (value, random) => ({ ...value, absent: [...value.absent, strangeKey(random)] }),
  // x is the field's prime and more.
  value => ({ ...value, aggregate: new Uint8Array(48).fill(0x9f) }),
  value => ({ ...value, signature: new Uint8Array(96).fill(0x9f) }),
  value => ({ ...value, aggregate: value.aggregate.subarray(1) }),
  value => ({ ...value, signature: value.signature.subarray(1) }),
];

/** Number `index` of a run: every mutation in turn. */
export const blsCase = (index: number, random: Random): BlsCase =>
  blsMutations[index % blsMutations.length](genuineCase(random), random);
