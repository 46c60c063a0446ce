import test from 'ava';
import { WorldFlash } from '../../../host-sim/world/board.js';
import { type BoardBurden, judgeBounds } from '../../../host-sim/world/boundRules.js';
import { BurdenMeter } from '../../../host-sim/world/burden.js';
import { Checkers } from '../../../host-sim/world/checkers.js';
import { VirtualTime } from '../../../host-sim/world/time.js';
import { WearMeter } from '../../../host-sim/world/wear.js';

const WORK = { orders: 8, starts: 8, rots: 0, tears: 0, releases: 1 };
const burden = (changes: Partial<BoardBurden>): BoardBurden => ({
  ...{ timers: 32, connections: 16, most: () => 4 },
  ...changes,
});
const rules = (changes: Partial<BoardBurden>, work = WORK) =>
  judgeBounds('board', burden(changes), work).map(({ rule }) => rule);

test('what a board keeps at once and how often it erases has a bound; at the bound nothing is found', t => {
  t.deepEqual(rules({}), []);
  t.deepEqual(rules({ timers: 33 }), ['memory']);
  t.deepEqual(rules({ connections: 17 }), ['memory']);
  t.deepEqual(rules({ most: name => (name === 'journal' ? 5 : 4) }), ['wear']);
  t.deepEqual(rules({ most: name => (name === 'slotB' ? 5 : 4) }), ['wear']);
  t.deepEqual(rules({ most: () => 4 }, { ...WORK, orders: 7 }).length, 5, 'fewer orders, fewer erasures');
  t.deepEqual(rules({ most: name => (name === 'journal' ? 6 : 4) }, { ...WORK, rots: 1 }), []);
  t.deepEqual(rules({ most: name => (name === 'journal' ? 5 : 4) }, { ...WORK, tears: 2 }), []);
  t.deepEqual(rules({ most: name => (name === 'journal' ? 6 : 4) }, { ...WORK, tears: 2 }), ['wear']);
});

test('what happens to one board lets no other board wear more', t => {
  const checkers = new Checkers();
  const order = {
    ...{ notBefore: 0, notAfter: 9, epoch: 0, fleetEpoch: 0, owner: 'owner', fleet: 'fleet' },
  };
  for (const mark of [1, 2]) {
    checkers.ordered(`0xe${mark}`, { ...order, board: 'busy', mark });
    checkers.linked(`0xe${mark}`, mark);
  }
  checkers.takenBack(2, 0);
  checkers.linked('0xe2', 3);
  checkers.restraints.epochBegan('busy', 1, 0);
  t.is(checkers.actsOf('busy'), 2 + 2 + 1);
  t.is(checkers.actsOf('quiet'), 0);
});

test('erasures of a sector are counted over all lives of a board, and over a flash that was put back', t => {
  const meter = new WearMeter();
  const first = meter.over(new WorldFlash()).open('journal');
  first.erase(0);
  first.erase(first.sectorSize);
  first.write(0, new Uint8Array(4));
  t.deepEqual([...first.read(0, 4)], [0, 0, 0, 0]);
  meter.over(new WorldFlash()).open('journal').erase(0);
  t.is(meter.most('journal'), 2);
  t.is(meter.most('identity'), 0);
});

test('a timer counts until it has run or is cancelled; those of an earlier life do not', async t => {
  const time = new VirtualTime();
  const meter = new BurdenMeter();
  const clock = meter.clock(time.clock());
  let ran = 0;
  const cancel = clock.after(10, () => ran++);
  clock.after(20, () => ran++);
  t.is(meter.timers, 2);
  cancel();
  clock.after(30, () => ran++);
  await time.run(40);
  t.is(ran, 2);
  for (let i = 0; i < 2; i++) clock.after(10, () => {});
  t.is(meter.timers, 2);
  meter.clock(time.clock()).after(10, () => {});
  t.is(meter.timers, 2);
  clock.after(10, () => {});
  t.is(meter.timers, 3);
});
