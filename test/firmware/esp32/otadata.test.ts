/** ESP-IDF's bootloader against the table of every way two slots can be, and against the stand-in of it that other tests use. */
import test from 'ava';
import fc from 'fast-check';
import { type RollbackTest, slotState, testRollback } from '../../../firmware/esp32/rollbackTest.js';
import type { SlotMark } from '../../../firmware/port/board.js';
import { type BootFacts, decideBoot } from '../../../firmware/update/bootDecision.js';
import { holds } from '../../fakes/holds.js';
import { bootStates } from '../update/bootTable.js';
import { FakeBootloader } from './bootloader.js';
import { chooseSlot, type Otadata, type OtaEntry, type OtaState } from './otadata.js';

/** Starts of which each is a power-on: what differs later than the third differs in the third. */
const STARTS = 3;
const START_NAMES = ['nothing', 'active', 'other'] as const;
type Seen = `${(typeof START_NAMES)[number]} ${RollbackTest['state']}`;

/** The entry of the other slot as chip.c leaves it for that mark, where the active one's is valid with that sequence. */
const entryOf: Record<SlotMark, (sequence: number) => OtaEntry | undefined> = {
  none: () => undefined,
  new: sequence => ({ sequence: sequence + 1, state: 'new' }),
  tried: sequence => ({ sequence: sequence + 1, state: 'pending' }),
  confirmed: sequence => ({ sequence: sequence - 1, state: 'valid' }),
  failed: sequence => ({ sequence: sequence + 1, state: 'invalid' }),
};

/** The starts of a board by the table. A power-on is no failure. */
function byTable(facts: BootFacts): Seen[] {
  let { active, mark, other } = facts;
  /** The slot that was the other at first is the active one now. */
  let swapped = false;
  const seen: Seen[] = [];
  for (let start = 0; start < STARTS; start++) {
    const decided = decideBoot({ active, mark, other, failures: 0 });
    const isOther = (decided.start === 'other') !== swapped;
    const name = decided.start === 'nothing' ? 'nothing' : isOther ? 'other' : 'active';
    seen.push(`${name} ${decided.as === 'pending' ? 'pending' : 'confirmed'}`);
    mark = decided.mark;
    if (!decided.swaps) continue;
    [active, other] = [other, active];
    swapped = !swapped;
  }
  return seen;
}

/** The word of our own code on the slot that started, on a board whose bootloader was seen to go back. */
const startedAs = (slot: 0 | 1, state: OtaState | 'none'): RollbackTest['state'] =>
  testRollback({
    record: { read: () => ({ seen: 'passed', tries: 1 }), write: () => {} },
    running: slot === 0 ? 'A' : 'B',
    state: slotState[state],
    startAgain: () => 0,
    confirm: () => {},
    restart: () => {},
  }).state;

/** The same starts by ESP-IDF, the active image in that slot, its entry at that place. */
function byEspIdf({ active, mark, other }: BootFacts, slot: 0 | 1, place: 0 | 1): Seen[] {
  const sequence = 5 + slot;
  const entries = [{ sequence, state: 'valid' as const }, entryOf[mark](sequence)];
  let otadata: Otadata = place === 0 ? [entries[0], entries[1]] : [entries[1], entries[0]];
  const whole = slot === 0 ? ([active, other] as const) : ([other, active] as const);
  const seen: Seen[] = [];
  for (let start = 0; start < STARTS; start++) {
    const choice = chooseSlot(otadata, whole);
    ({ otadata } = choice);
    const entry = otadata.find(each => each && (each.sequence - 1) % 2 === choice.starts);
    const as = choice.starts === undefined ? 'confirmed' : startedAs(choice.starts, entry?.state ?? 'none');
    const name = choice.starts === undefined ? 'nothing' : choice.starts === slot ? 'active' : 'other';
    seen.push(`${name} ${as}`);
  }
  return seen;
}

/**
 * The states in which ESP-IDF does otherwise: no image that was confirmed is whole. The table starts nothing then; ESP-IDF
 * tries each slot, and starts the other image though it never confirmed, which our code there sees, and starts no app.
 */
const isOtherwise = ({ active, mark, other }: BootFacts): boolean =>
  !active && other && (mark === 'none' || mark === 'tried' || mark === 'new');

const states = bootStates.filter(({ failures }) => failures === 0);

test('from each state of two slots ESP-IDF starts what the table starts, but where no confirmed image is whole', t => {
  t.is(states.length, 20);
  const otherwise = new Set<string>();
  for (const facts of states)
    for (const slot of [0, 1] as const)
      for (const place of [0, 1] as const) {
        const [table, idf] = [byTable(facts), byEspIdf(facts, slot, place)];
        if (!isOtherwise(facts)) {
          t.deepEqual(idf, table, JSON.stringify(facts));
          continue;
        }
        otherwise.add(facts.mark);
        const first = facts.mark === 'new' ? 'other pending' : 'other recovery';
        t.deepEqual(idf, [first, 'other recovery', 'other recovery']);
        t.deepEqual(table.slice(1), ['nothing confirmed', 'nothing confirmed']);
      }
  t.deepEqual([...otherwise].sort(), ['new', 'none', 'tried']);
});

const entry = fc.option(
  fc.record({
    sequence: fc.integer({ min: 1, max: 9 }),
    state: fc.constantFrom<OtaState>('new', 'pending', 'valid', 'invalid', 'aborted'),
    torn: fc.boolean(),
  }),
  { nil: undefined },
);
const flags = fc.tuple(fc.boolean(), fc.boolean());

test('whatever otadata holds, a whole slot starts if there is one, and a new image once at most', t => {
  holds(
    t,
    fc.property(fc.tuple(entry, entry), flags, (otadata, whole) => {
      const first = chooseSlot(otadata, whole);
      t.is(first.starts === undefined, !whole[0] && !whole[1]);
      const second = chooseSlot(first.otadata, whole);
      const pendingIn = ({ otadata: now }: { otadata: Otadata }) =>
        now.filter(each => each?.state === 'pending').length;
      t.true(pendingIn(first) <= 1);
      const left = first.otadata.filter(each => each?.state === 'new' && !each.torn).length;
      t.true(pendingIn(second) <= left, 'what was pending is no more');
    }),
  );
});

test('an entry cut in its rewriting, erased or torn, starts an image that was confirmed', t => {
  const sequence = 5;
  const valid: OtaEntry = { sequence, state: 'valid' };
  for (const state of ['new', 'pending', 'valid', 'aborted', 'invalid'] as const)
    for (const left of [undefined, { sequence: 6, state, torn: true }])
      t.is(chooseSlot([valid, left], [true, true]).starts, 0, `${state} ${left ? 'torn' : 'erased'}`);
});

test('the stand-in of the other tests chooses as the function does', t => {
  holds(
    t,
    fc.property(fc.tuple(entry, entry), flags, (given, whole) => {
      const [first, second] = given.map(each => each && { ...each, torn: undefined });
      fc.pre(first === undefined || second === undefined || first.sequence !== second.sequence);
      fc.pre(whole[0] || whole[1]);
      const fake = new FakeBootloader();
      fake.entries = [first, second].map(each => each && { ...each });
      fake.whole = [...whole];
      fake.start();
      const { otadata, starts } = chooseSlot([first, second], whole);
      t.is(fake.running, starts!);
      const plain = (entries: readonly (OtaEntry | undefined)[]) =>
        entries.map(each => each && [each.sequence, each.state]);
      t.deepEqual(plain(fake.entries), plain(otadata));
    }),
  );
});
