import test from 'ava';
import type { SlotMark } from '../../../firmware/port/board.js';
import { type BootFacts, decideBoot } from '../../../firmware/update/bootDecision.js';
import { bootStates, bootTable, rowsOf } from './bootTable.js';

test('each state of two slots is in one row of the table, and is decided as the row says', t => {
  t.is(bootStates.length, 100);
  for (const facts of bootStates) {
    const rows = rowsOf(facts);
    t.is(rows.length, 1, JSON.stringify(facts));
    t.deepEqual(decideBoot(facts), rows[0]?.decided, JSON.stringify(facts));
  }
  for (const row of bootTable)
    t.true(
      bootStates.some(facts => rowsOf(facts)[0] === row),
      row.words[0],
    );
});

/** The boot record and the images after one start; the rest of the world does its worst. */
type World = Omit<BootFacts, 'failures'>;

/** The state after a decision was written. */
function next({ active, other }: World, facts: BootFacts): World {
  const { mark, swaps } = decideBoot(facts);
  return swaps ? { active: other, other: active, mark } : { active, other, mark };
}

test('from each state, with any failures, a board whose images are whole goes back once at most, and then stays', t => {
  for (const facts of bootStates.filter(({ active, other }) => active && other)) {
    let world: World = facts;
    let swaps = 0;
    for (let start = 0; start < 12; start++) {
      const decided = decideBoot({ ...world, failures: 3 });
      t.not(decided.start, 'nothing', JSON.stringify(facts));
      if (decided.swaps) swaps++;
      world = next(world, { ...world, failures: 3 });
    }
    t.true(swaps <= 1, JSON.stringify(facts));
    t.is(decideBoot({ ...world, failures: 3 }).as, 'recovery');
  }
});

test('only what was confirmed ever starts confirmed, and a pending image never becomes the active one by itself', t => {
  const never: readonly SlotMark[] = ['none', 'new', 'tried'];
  for (const facts of bootStates) {
    const decided = decideBoot(facts);
    if (decided.start === 'other' && never.includes(facts.mark)) t.is(decided.as, 'pending');
    if (decided.as === 'pending') t.false(decided.swaps);
    if (decided.start === 'active') t.true(facts.active);
    if (decided.start === 'other') t.true(facts.other);
  }
});

test('a power-on and two failures never bring another confirmed image, as long as the active one is whole', t => {
  for (const facts of bootStates.filter(({ active, failures }) => active && failures < 3)) {
    t.false(decideBoot(facts).swaps, JSON.stringify(facts));
  }
});
