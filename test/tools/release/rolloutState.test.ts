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
const version3 = { version: 3, withdrawn: false };
const failure = (device: Hex) => ({ device, receipt: { receipt: { code: 'rolled_back' } } as never });

test('tenths hold every board once, those that speak are not silent, and only included ones are', t => {
  fc.assert(
    fc.property(boards, fc.nat(1000), fc.nat(60), fc.nat(60), fc.nat(60), (placed, rollout, ...counts) => {
      const [run, left, went] = counts;
      const done = placed.slice(0, run).map(({ device }) => device);
      const failed = placed.slice(run, run + left).map(({ device }) => failure(device));
      const gone = placed.slice(run + left, run + left + went).map(({ device }) => device);
      const state = rolloutState(version3, channel(rollout), placed, { done, failed, gone });
      const sum = (member: 'boards' | 'done' | 'failed' | 'gone') =>
        state.cohorts.reduce((all, each) => all + each[member], 0);
      t.deepEqual([sum('boards'), sum('done'), sum('failed')], [placed.length, done.length, failed.length]);
      t.is(sum('gone'), gone.length);
      t.is(state.included, placed.filter(({ place }) => place < rollout).length);
      const silent = placed.slice(run + left + went).filter(({ place }) => place < rollout);
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
  const state = rolloutState(version3, channel(200), placed, {
    ...{ done: ['0x01'], failed: [failure('0x03')], gone: [] },
  });
  const [head, first, second, , , , , , , , last, named] = stateLines(state);
  t.is(
    head,
    'Version 3, for 200 of 1000: 3 of 4 boards may take it; 1 run it, 1 left it, 1 have said nothing.',
  );
  t.is(first, '    0–99  ██████████·········· 1 of 2');
  t.is(second, '  100–199 ···················· 0 of 1, 1 left it');
  t.is(last, '  900–999 ···················· 0 of 1 not yet');
  t.is(named, '  0x03 left it: rolled_back');
});

test('a board that ran it and was brought elsewhere is none that runs it, nor silent; a withdrawn version says so', t => {
  const placed: Placed[] = [
    { device: '0x01', place: 0 },
    { device: '0x02', place: 50 },
  ];
  const state = rolloutState({ version: 3, withdrawn: true }, channel(1000), placed, {
    done: ['0x01'],
    failed: [],
    gone: ['0x02'],
  });
  const [head, first, second] = stateLines(state);
  t.is(
    head,
    'Version 3, WITHDRAWN, for 1000 of 1000: 2 of 2 boards may take it; 1 run it, 0 left it, 1 ran it and run another image now, 0 have said nothing.',
  );
  t.is(first, '    0–99  ██████████·········· 1 of 2, 1 ran it');
  t.is(second, `  100–199 ${' '.repeat(20)} 0 of 0`);
});
