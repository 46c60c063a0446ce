/**
 * Single-bit flips of every message at 32 positions: nothing is accepted that Lodestar refuses. By default all of an
 * Electra update and of a bootstrap and a sample of the others; HOLDFAST_LIGHT_CLIENT_FLIPS=all flips everything.
 */
import './minimalPreset.js';

import test from 'ava';
import { encodeBootstrap, parseBootstrap, verifyBootstrap } from '../../../firmware/beacon/bootstrap.js';
import { step } from '../../../firmware/beacon/catchUp.js';
import { encodeState } from '../../../firmware/beacon/state.js';
import { encodeUpdate, parseUpdate } from '../../../firmware/beacon/update.js';
import { convertBootstrap } from '../../../host-sim/node/beaconApi/convert.js';
import { begin, compact, contextOf, mustAccept, stageOf, stepWith } from './board.js';
import { eachFlip } from './flips.js';
import { LodestarClient } from './lodestarClient.js';
import { World } from './world.js';

const everything = process.env.HOLDFAST_LIGHT_CLIENT_FLIPS === 'all';

for (const fork of ['deneb', 'electra', 'gloas'] as const) {
  const judged = fork !== 'gloas';
  const sample = everything || fork === 'electra' ? undefined : { count: 2000, seed: 20_261_122 };
  const which = sample ? `${sample.count} single-bit flips` : 'every single-bit flip';
  const oracle = judged ? 'what Lodestar accepts too' : 'another slot of the signature (no oracle)';

  test(`${which} of an update: refused, or ${oracle}: ${fork}`, t => {
    const world = new World({ seed: 11, forks: { [fork]: 0 } });
    const context = contextOf(world);
    const { bootstrap, state } = begin(world, 3 * 64 + 8, context);
    const lodestar = new LodestarClient(world.config, bootstrap);
    const signed = world.update({
      attestedSlot: 3 * 64 + 30,
      finalizedSlot: 3 * 64 + 16,
      next: true,
      absent: [4, 9, 30],
    });
    const update = compact(signed);
    const message = encodeUpdate(update);
    t.true(mustAccept(step(context, state, message)).learned, 'the untouched twin');
    if (judged) t.true(lodestar.fork().apply(signed.update).moved);

    const { flips, outcomes } = eachFlip(
      message,
      copy => {
        const verdict = step(context, state, copy);
        if (verdict.verdict === 'accepted') {
          // The slot of a signature is the prover's word; any of that period and fork says the same.
          const parsed = parseUpdate(copy, 32);
          if (parsed.verdict !== 'accepted') throw new Error('accepted but does not parse');
          const { signatureSlot } = parsed.value;
          t.deepEqual(parsed.value, { ...update, signatureSlot });
          if (judged) t.true(lodestar.fork().apply({ ...signed.update, signatureSlot }).moved);
          t.deepEqual(verdict.value.state, mustAccept(stepWith(context, state, signed)).state);
        }
        return stageOf(verdict);
      },
      sample,
    );
    t.log(`${flips} flips`, outcomes);
    t.true((outcomes['accepted, newer'] ?? 0) <= 6);
  });
}

test('every single-bit flip of a bootstrap is refused, or begins with the very same state', t => {
  const world = new World({ seed: 12, forks: { electra: 0 } });
  const context = contextOf(world);
  const { state } = begin(world, 200, context);
  const { bootstrap, executionHeader, trustedRoot } = world.bootstrap(201);
  const message = encodeBootstrap(convertBootstrap(bootstrap, executionHeader));
  const judge = (copy: Uint8Array): string => {
    const parsed = parseBootstrap(copy);
    if (parsed.verdict !== 'accepted') return parsed.evidence;
    const verdict = verifyBootstrap(context, trustedRoot, parsed.value);
    return verdict.verdict === 'accepted'
      ? `state of ${encodeState(verdict.value).length} bytes`
      : verdict.evidence.split(':')[0];
  };
  t.regex(judge(message), /^state/);
  t.is(state.slot, 200);
  const { flips, outcomes } = eachFlip(message, judge);
  t.log(`${flips} flips`, outcomes);
  t.false(Object.keys(outcomes).some(outcome => outcome.startsWith('state')));
});

test('bytes of any kind are a verdict: cut at every length, and longer than the limit', t => {
  const world = new World({ seed: 13, forks: { electra: 0 } });
  const context = contextOf(world);
  const { state } = begin(world, 200, context);
  const signed = world.update({ attestedSlot: 220, finalizedSlot: 210, next: true, absent: [1] });
  const message = encodeUpdate(compact(signed));
  for (let length = 0; length < message.length; length++) {
    const verdict = step(context, state, message.subarray(0, length));
    if (verdict.verdict !== 'rejected' || verdict.code !== 'malformed') t.fail(`cut at ${length}`);
  }
  t.like(step(context, state, new Uint8Array(100_000).fill(0xc1)), { code: 'malformed' });
  t.like(step(context, state, new Uint8Array(5000).fill(0xff)), { code: 'malformed' });
  for (let i = 0; i < 500; i++)
    t.is(step(context, state, world.random.bytes(world.random.below(400))).verdict, 'rejected');
  t.is(step(context, state, message).verdict, 'accepted');
});
