/**
 * With 512 positions: what is persisted and sent stays within its limits, and a seeded sample of flipped bits is
 * refused wherever Lodestar refuses. HOLDFAST_LIGHT_CLIENT_FLIPS sets how many (or `all` for 20,000), HOLDFAST_SEED
 * which.
 */

import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { WHOLE_BYTES_MAX } from '../../../firmware/beacon/absentPieces.js';
import { step } from '../../../firmware/beacon/catchUp.js';
import { encodeState, STATE_BYTES_MAX } from '../../../firmware/beacon/state.js';
import { encodeUpdate, parseUpdate, UPDATE_BYTES_MAX } from '../../../firmware/beacon/update.js';
import { begin, compact, contextOf, mustAccept, stageOf, stepWith } from './board.js';
import { eachFlip } from './flips.js';
import { LodestarClient } from './lodestarClient.js';
import { someOf } from './mutations.js';
import { World } from './world.js';

const asked = process.env.HOLDFAST_LIGHT_CLIENT_FLIPS ?? '750';
const count = asked === 'all' ? 20_000 : Number(asked);
const seed = Number(process.env.HOLDFAST_SEED ?? 20_261_122);
const start = 3 * 8192 + 100;

test(`${count} flipped bits of an update of 512 positions: refused, or accepted by Lodestar too`, async t => {
  t.timeout(30 * 60_000);
  const world = new World({ seed: 41, forks: { deneb: 0, electra: 256 * 3 } });
  const context = contextOf(world);
  const { bootstrap, state } = begin(world, start, context);
  const lodestar = new LodestarClient(world.config, bootstrap);
  const signed = world.update({
    attestedSlot: start + 200,
    finalizedSlot: start + 128,
    next: true,
    absent: [4, 90, 300],
  });
  const update = compact(signed);
  const message = encodeUpdate(update);
  t.true(mustAccept(step(context, state, message)).learned, 'the untouched twin');
  t.true(lodestar.fork().apply(signed.update).moved);
  const judge = (copy: Uint8Array): string => {
    const verdict = step(context, state, copy);
    if (verdict.verdict === 'accepted') {
      const parsed = parseUpdate(copy, 512);
      if (parsed.verdict !== 'accepted') throw new Error('accepted but does not parse');
      const { signatureSlot } = parsed.value;
      t.deepEqual(parsed.value, { ...update, signatureSlot });
      t.true(lodestar.fork().apply({ ...signed.update, signatureSlot }).moved);
    }
    return stageOf(verdict);
  };
  const outcomes: Record<string, number> = {};
  for (let done = 0; done < count; done += 250) {
    // ava's own clock wants to hear from us, and of the longer timeout.
    await setImmediate();
    const part = eachFlip(message, judge, { count: Math.min(250, count - done), seed: seed + done });
    for (const [stage, times] of Object.entries(part.outcomes))
      outcomes[stage] = (outcomes[stage] ?? 0) + times;
  }
  t.log(`seed ${seed}`, outcomes);
  t.true((outcomes['accepted, newer'] ?? 0) < count / 100);
});

for (const fork of ['deneb', 'electra', 'fulu', 'gloas'] as const) {
  test(`state and messages are as small as promised, at any participation that counts: ${fork}`, t => {
    const world = new World({ seed: 42, forks: { [fork]: 0 } });
    const context = contextOf(world);
    const { state } = begin(world, start, context);
    const sizeOf = (absent: number[], next: boolean) => {
      const signed = world.update({ attestedSlot: start + 200, finalizedSlot: start + 128, next, absent });
      const { state: after } = mustAccept(stepWith(context, state, signed));
      const stateBytes = encodeState(after).length;
      t.true(stateBytes <= STATE_BYTES_MAX, `state of ${stateBytes}`);
      return encodeUpdate(compact(signed)).length;
    };
    const finality = sizeOf([], false);
    t.true(finality <= 2560, `finality: ${finality}`);
    const one = sizeOf([77], false) - finality;
    t.true(one <= 350, `one absent: ${one}`);
    let period = 0;
    for (let i = 0; i < 4; i++) period = Math.max(period, sizeOf(someOf(world.random, 512, 3), true));
    t.true(period <= 3072, `period: ${period}`);
    let widest = 0;
    for (const count of [2, 8, 40, 170]) {
      const absent = sizeOf(someOf(world.random, 512, count), false) - finality;
      // The string's length takes two bytes more where it is long.
      t.true(absent <= Math.min(350 * count, WHOLE_BYTES_MAX + 2));
      widest = Math.max(widest, absent);
    }
    // Every third position: its proof would be the longest there is.
    const spread = sizeOf(
      Array.from({ length: 170 }, (_, i) => 3 * i),
      true,
    );
    t.true(spread <= UPDATE_BYTES_MAX);
    t.true(spread < 3072, `every third absent: ${spread}`);
    t.log(
      `finality ${finality}, one absent ${one}, period at 509 ${period}, most for absent ${widest}, every third ${spread}`,
    );
  });
}
