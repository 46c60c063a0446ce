/** The BLS port: portable TypeScript and blst say the same of everything. HOLDFAST_BLS_CASES sets how many. */

import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { portableBls } from '../../../firmware/beacon/portableBls.js';
import { blstBls } from '../../../host-sim/bls/blst.js';
import { flipped } from '../../fakes/bytes.js';
import { strangeKey, strangeSignature } from './points.js';
import { type Random, seeded } from './random.js';
import { bitsWithout, infinitySignature, oppositeOf, TestCommittee, validator } from './validators.js';

const cases = Number(process.env.HOLDFAST_BLS_CASES ?? 88);
const seed = Number(process.env.HOLDFAST_SEED ?? 20_261_122);

const portable = portableBls();
const blst = blstBls();

interface Case {
  aggregate: Uint8Array;
  absent: Uint8Array[];
  message: Uint8Array;
  signature: Uint8Array;
}

/** 16 positions, some of them one validator's or with opposite keys. */
function genuine(random: Random): Case {
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

const mutations: ((value: Case, random: Random) => Case)[] = [
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

test(`portable BLS and blst agree on ${cases} genuine and false signatures, equal and opposite keys among them`, async t => {
  t.timeout(10 * 60_000);
  const random = seeded(seed);
  const outcomes: Record<string, number> = {};
  for (let i = 0; i < cases; i++) {
    if (i % 20 === 0) await setImmediate();
    const index = i % mutations.length;
    const { aggregate, absent, message, signature } = mutations[index](genuine(random), random);
    const ours = portable.verify(aggregate, absent, message, signature);
    t.is(
      ours,
      blst.verify(aggregate, absent, message, signature),
      `case ${i}, mutation ${index}, seed ${seed}`,
    );
    outcomes[ours] = (outcomes[ours] ?? 0) + 1;
  }
  t.log(outcomes);
  t.deepEqual(Object.keys(outcomes).sort(), ['infinity', 'key', 'mismatch', 'signature', 'valid']);
});

test("the tag is that of proof of possession: blst's own signature, and no other, is valid", t => {
  const committee = new TestCommittee([validator(5n)]);
  const message = new Uint8Array(32).fill(3);
  const signature = committee.sign(message, Uint8Array.of(1));
  t.is(portable.verify(committee.aggregatePubkey, [], message, signature), 'valid');
  t.is(portable.verify(committee.aggregatePubkey, [], new Uint8Array(32), signature), 'mismatch');
});
