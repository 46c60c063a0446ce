/** Floors and clock per level: what was final before, how late it is, and whether now was proven in this boot. */
import test from 'ava';
import fc from 'fast-check';
import { Floors } from '../../../firmware/trust/floors.js';
import type { Level, TrustedHead } from '../../../firmware/trust/level.js';
import { word } from '../../fakes/bytes.js';
import { holds } from '../../fakes/holds.js';
import { ManualClock } from '../../fakes/manualClock.js';

const head = (number: number, timestamp: number, fields: Partial<TrustedHead> = {}): TrustedHead => ({
  hash: word(number & 0xff),
  number,
  timestamp,
  level: 1,
  finalized: true,
  basis: 'model',
  ...fields,
});
const policy = { level: 1 as Level, maximumAge: 1800 };

function open(record?: Uint8Array) {
  const clock = new ManualClock();
  const floors = new Floors({ clock, record });
  const admit = (block: TrustedHead, with_ = policy) => {
    const verdict = floors.admit(block, with_);
    return verdict.verdict === 'accepted' ? 'admitted' : verdict.cause;
  };
  return { clock, floors, admit };
}

test('a head below one that was final before is stale, an equal or greater one is not', t => {
  const { admit } = open();
  t.is(admit(head(100, 5000)), 'admitted');
  t.is(admit(head(100, 5000)), 'admitted');
  t.is(admit(head(99, 5001)), 'stale');
  t.is(admit(head(101, 4999)), 'stale');
  t.is(admit(head(101, 5001)), 'admitted');
});

test('a head that is not final lifts the clock, never the floor', t => {
  const { admit, floors } = open();
  t.is(admit(head(100, 5000)), 'admitted');
  t.is(admit(head(140, 5400, { finalized: false })), 'admitted');
  t.is(floors.now(1), 5400);
  t.is(admit(head(101, 5010)), 'admitted');
});

test('the clock is the greatest proven time and what the monotonic clock counted since; then a head is too old', t => {
  const { admit, clock, floors } = open();
  t.is(floors.now(1), 0);
  admit(head(100, 5000));
  clock.advance(1_800_999);
  t.is(floors.now(1), 6800);
  t.is(admit(head(100, 5000)), 'admitted');
  clock.advance(1000);
  t.is(admit(head(100, 5000)), 'stale');
  t.is(admit(head(100, 5000), { level: 1, maximumAge: 3600 }), 'admitted');
  t.is(admit(head(101, 6700)), 'admitted');
});

test('a head of too low a level is refused as such, one of the level or above is taken', t => {
  const { admit } = open();
  const strict = { level: 3 as Level, maximumAge: 1800 };
  for (const level of [1, 2] as const) t.is(admit(head(1, 5000, { level }), strict), 'level');
  for (const level of [3, 4] as const) t.is(admit(head(1, 5000, { level }), strict), 'admitted');
});

test('levels do not disturb each other; a purpose goes by its level and stronger ones', t => {
  const { admit, floors } = open();
  admit(head(100, 5000, { level: 3 }));
  t.is(admit(head(1_000_000, 9_000_000)), 'admitted', 'a forged head of level 1');
  t.is(floors.now(1), 9_000_000);
  t.is(floors.now(3), 5000);
  t.is(floors.now(4), 0);
  t.is(admit(head(101, 5010, { level: 3 })), 'admitted');
  t.is(admit(head(101, 5010)), 'stale', 'at the level that was lied to');
});

test('now is proven per boot and level; the first answer to the challenge resets what was believed', t => {
  const { admit, floors } = open();
  admit(head(1_000_000, 9_000_000));
  t.is(admit(head(100, 5000)), 'stale');
  t.false(floors.nowProven(1));
  floors.proveNow(head(100, 5000));
  t.is(floors.now(1), 5000);
  t.is(admit(head(100, 5000)), 'admitted');
  t.true(floors.nowProven(1));
  t.false(floors.nowProven(2));
  floors.proveNow(head(50, 4000));
  t.is(floors.now(1), 5000, 'an older head that contains the same answer turns nothing back');
  t.is(admit(head(99, 4999)), 'stale');
});

test('a stronger level proves now for the weaker purposes', t => {
  const { floors } = open();
  floors.proveNow(head(100, 5000, { level: 3 }));
  t.deepEqual(
    [1, 2, 3, 4].map(level => floors.nowProven(level as Level)),
    [true, true, true, false],
  );
});

test('a record brings back floors and clock, but no proof of now', t => {
  const before = open();
  before.admit(head(100, 5000));
  before.admit(head(7, 6000, { level: 3 }));
  before.floors.proveNow(head(100, 5000));
  before.clock.advance(60_000);
  const after = open(before.floors.encode());
  t.is(after.floors.now(1), 6060);
  t.is(after.floors.now(3), 6060);
  t.is(after.admit(head(99, 5050)), 'stale');
  t.is(after.admit(head(6, 6050, { level: 3 })), 'stale');
  t.is(after.admit(head(100, 5050)), 'admitted');
  t.false(after.floors.nowProven(1));
});

test('a record that is none counts as nothing known, and never throws', t => {
  holds(
    t,
    fc.property(fc.uint8Array({ maxLength: 120 }), record => {
      const { admit, floors } = open(record);
      if (record.length !== 96) t.is(floors.now(1), 0);
      t.regex(admit(head(100, 5000)), /admitted|stale/);
    }),
  );
  t.is(open(new Uint8Array(96)).floors.now(1), 0);
});

test('whatever heads are seen, the clock of a level never goes back within a boot but by the first answer', t => {
  const block = fc.tuple(fc.nat(1000), fc.nat(100_000), fc.boolean());
  holds(
    t,
    fc.property(fc.array(block, { maxLength: 30 }), fc.nat(29), (blocks, proof) => {
      const { admit, clock, floors } = open();
      let last = 0;
      blocks.forEach(([number, timestamp, finalized], i) => {
        clock.advance(500);
        if (i === proof) {
          floors.proveNow(head(number, timestamp, { finalized }));
          last = 0;
        } else admit(head(number, timestamp, { finalized }));
        t.true(floors.now(1) >= last);
        last = floors.now(1);
      });
    }),
    { numRuns: 200 },
  );
});
