/** The state of a roll-out counts each board once, in its tenth of the places. */
import test from 'ava';
import fc from 'fast-check';
import type { Hex } from '../../../contracts/client/index.js';
import { type Placed, rolloutState, stateLines } from '../../../tools/release/rolloutState.js';

const channel = (rollout: number) => ({ rollout, halted: false, paused: false });
const boards = fc
  .uniqueArray(fc.nat(999), { maxLength: 60 })
  .map(places =>
    places.map((place, i): Placed => ({ device: `0x${(i + 1).toString(16).padStart(40, '0')}`, place })),
  );
const failure = (device: Hex) => ({ device, receipt: undefined as never });

test('tenths hold every board once, those that speak are not silent, and only included ones are', t => {
  fc.assert(
    fc.property(boards, fc.nat(1000), fc.nat(60), fc.nat(60), (placed, rollout, run, left) => {
      const done = placed.slice(0, run).map(({ device }) => device);
      const failed = placed.slice(run, run + left).map(({ device }) => failure(device));
      const state = rolloutState(3, channel(rollout), placed, { done, failed });
      const sum = (member: 'boards' | 'done' | 'failed') =>
        state.cohorts.reduce((all, each) => all + each[member], 0);
      t.deepEqual([sum('boards'), sum('done'), sum('failed')], [placed.length, done.length, failed.length]);
      t.is(state.included, placed.filter(({ place }) => place < rollout).length);
      const silent = placed.slice(run + left).filter(({ place }) => place < rollout);
      t.is(state.silent, silent.length);
    }),
  );
});

test('a line says a tenth that runs it, one that left it, and one that may not take it yet', t => {
  const placed: Placed[] = [
    { device: '0x01', place: 0 },
    { device: '0x02', place: 99 },
    { device: '0x03', place: 100 },
    { device: '0x04', place: 999 },
  ];
  const state = rolloutState(3, channel(200), placed, { done: ['0x01'], failed: [failure('0x03')] });
  const [head, first, second, , , , , , , , last] = stateLines(state);
  t.is(
    head,
    'Version 3, for 200 of 1000: 3 of 4 boards may take it; 1 run it, 1 left it, 1 have said nothing.',
  );
  t.is(first, '    0–99  ██████████·········· 1 of 2');
  t.is(second, '  100–199 ···················· 0 of 1, 1 left it');
  t.is(last, '  900–999 ···················· 0 of 1 not yet');
});
