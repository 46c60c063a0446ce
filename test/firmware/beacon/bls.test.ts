/** The BLS port: portable TypeScript and blst say the same of everything. HOLDFAST_BLS_CASES sets how many. */

import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { portableBls } from '../../../firmware/beacon/portableBls.js';
import { blstBls } from '../../../host-sim/node/bls/blst.js';
import { blsCase, outcomeOf } from './blsCases.js';
import { seeded } from './random.js';
import { TestCommittee, validator } from './validators.js';

const cases = Number(process.env.HOLDFAST_BLS_CASES ?? 88);
const seed = Number(process.env.HOLDFAST_SEED ?? 20_261_122);

const portable = portableBls();
const blst = blstBls();

test(`portable BLS and blst agree on ${cases} genuine and false signatures, equal and opposite keys among them`, async t => {
  const random = seeded(seed);
  const outcomes: Record<string, number> = {};
  for (let i = 0; i < cases; i++) {
    if (i % 20 === 0) await setImmediate();
    const given = blsCase(i, random);
    const ours = outcomeOf(portable, given);
    t.is(ours, outcomeOf(blst, given), `case ${i}, seed ${seed}`);
    outcomes[ours] = (outcomes[ours] ?? 0) + 1;
  }
  t.log(outcomes);
  t.deepEqual(Object.keys(outcomes).sort(), ['infinity', 'key', 'mismatch', 'signature', 'valid']);
});

test("the tag is that of proof of possession: blst's own signature, and no other, is valid", t => {
  const committee = new TestCommittee([validator(5n)]);
  const message = new Uint8Array(32).fill(3);
  const signature = committee.sign(message, Uint8Array.of(1));
  const sum = portable.begin(committee.aggregatePubkey);
  t.is(sum.verify(message, signature), 'valid');
  t.is(sum.verify(new Uint8Array(32), signature), 'mismatch');
});

test('a sum may be verified against again, before and after more keys are taken off', t => {
  const committee = new TestCommittee([validator(5n), validator(6n), validator(7n)]);
  const message = new Uint8Array(32).fill(3);
  const [all, two] = [Uint8Array.of(7), Uint8Array.of(3)].map(bits => committee.sign(message, bits));
  for (const bls of [portable, blst]) {
    const sum = bls.begin(committee.aggregatePubkey);
    t.deepEqual([sum.verify(message, all), sum.verify(message, two)], ['valid', 'mismatch']);
    sum.subtract(committee.pubkeys[2]);
    t.deepEqual([sum.verify(message, two), sum.verify(message, two)], ['valid', 'valid']);
    t.is(sum.verify(message, all), 'mismatch');
    sum.subtract(new Uint8Array(48));
    sum.subtract(committee.pubkeys[1]);
    t.is(sum.verify(message, two), 'key', 'what was no key spoils it for good');
  }
});
