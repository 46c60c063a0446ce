import test from 'ava';
import { FAULTS } from '../../../tools/sim/faultNames.js';
import { replayWords } from '../../../tools/sim/replay.js';
import { shrink, smallerThan, type WorldSize } from '../../../tools/sim/shrink.js';

const LARGE: WorldSize = { boards: 8, hours: 4, faults: FAULTS };

test('a failure that needs two boards, one fault and an hour is made as small as that', async t => {
  const needs = ({ boards, faults, hours }: WorldSize) =>
    boards >= 2 && hours >= 1 && faults.includes('power');
  const { runs, size } = await shrink(LARGE, async each => needs(each), 100);
  t.is(size.boards, 2);
  t.true(size.hours >= 1 && size.hours < 1.4, `${size.hours}`);
  t.deepEqual(size.faults, ['power']);
  t.true(runs < 40, `${runs}`);
});

test('what fails in any world ends at the smallest, what fails in no smaller one stays; no world is run twice', async t => {
  const seen: string[] = [];
  const always = async (size: WorldSize) => {
    seen.push(JSON.stringify(size));
    return true;
  };
  t.deepEqual((await shrink(LARGE, always, 100)).size, { boards: 1, hours: 0.1, faults: [] });
  t.deepEqual(smallerThan({ boards: 1, hours: 0.1, faults: [] }), []);
  t.deepEqual((await shrink(LARGE, async () => false, 100)).size, LARGE);
  t.is(new Set(seen).size, seen.length);
  t.is((await shrink(LARGE, async () => false, 3)).runs, 3);
});

test('the line that repeats a run names what differs from a plain one', t => {
  t.is(
    replayWords(255, { ...LARGE, faults: ['cut'] }, FAULTS, 'abcdef012345').join(' '),
    'sim --seed 0xff --boards 8 --hours 4 --faults cut --commit abcdef012345',
  );
  t.is(replayWords(1, LARGE, FAULTS, undefined).join(' '), 'sim --seed 0x1 --boards 8 --hours 4');
  t.is(
    replayWords(1, { ...LARGE, faults: [] }, FAULTS, undefined).join(' '),
    'sim --seed 0x1 --boards 8 --hours 4 --faults none',
  );
});
