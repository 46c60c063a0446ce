/** Floors and clock per level: what was final before, how late it is, and whether now was proven in this boot. */
import test from 'ava';
import fc from 'fast-check';
import { readNumber } from '../../../firmware/bytes/bigEndian.js';
import { Floors } from '../../../firmware/trust/floors.js';
import type { Level, TrustedHead } from '../../../firmware/trust/level.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { word } from '../../fakes/bytes.js';
import { holds } from '../../fakes/holds.js';

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
  const clock = new HandClock();
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

test('a block that was final has no second hash', t => {
  const { admit } = open();
  t.is(admit(head(100, 5000)), 'admitted');
  t.is(admit(head(100, 5000, { hash: word(0xee) })), 'stale');
  t.is(admit(head(100, 5000)), 'admitted');
  t.is(open().admit(head(100, 5000, { hash: word(0xee) })), 'admitted', 'the twin that saw nothing else');
});

test('the newest block is measured by its own level’s floors, and by no policy’s level', t => {
  const { admit, floors } = open();
  const newest = (block: TrustedHead) => floors.admitNewest({ ...block, finalized: false }, 1800).verdict;
  const strict = { level: 4 as Level, maximumAge: 1800 };
  t.is(admit(head(110, 5100, { finalized: false }), strict), 'level');
  t.is(newest(head(110, 5100)), 'accepted');
  t.is(newest(head(109, 5088)), 'undetermined', 'it must not go back');
  t.is(newest(head(111, 5112)), 'accepted');
  t.false(floors.nowProven(1));
  t.is(floors.now(4), 0, 'it moves no stronger clock');
});

test('a stronger head makes weaker levels forget what cannot be true beside it, and nothing else', t => {
  const strong = head(100, 5000, { level: 4 });
  for (const [what, weak, survives] of [
    ['an older block of a greater number', head(101, 4999), false],
    ['a newer block of a smaller number', head(99, 5001), false],
    ['the same block with another hash', head(100, 5000, { hash: word(0xee) }), false],
    ['a newer block', head(101, 5012), true],
    ['an older block', head(99, 4988), true],
    ['the same block', head(100, 5000), true],
  ] as const) {
    const { admit, floors } = open();
    admit(weak);
    admit(strong, { level: 4, maximumAge: 1800 });
    // `finalized` counts stronger levels too; the record begins with the first level's own number.
    t.is(readNumber(floors.encode(), 0, 8), survives ? weak.number : 0, what);
    t.is(floors.finalized(1), Math.max(survives ? weak.number : 0, strong.number), what);
  }
});

test('a weaker time far ahead is forgotten once the stronger level has proven now; before, it may be right', t => {
  const { admit, floors } = open();
  const strict = { level: 4 as Level, maximumAge: 1800 };
  admit(head(1_000_000, 9_000_000));
  admit(head(100, 5000, { level: 4 }), strict);
  t.is(admit(head(101, 5012)), 'stale');
  floors.proveNow(head(100, 5000, { level: 4 }));
  t.is(admit(head(101, 5012)), 'admitted');
  t.is(floors.now(1), 5012);
});

test('a level’s clock goes on by what was attested, although no newer block is final', t => {
  const { admit, floors } = open();
  const strict = { level: 4 as Level, maximumAge: 1800 };
  admit(head(100, 5000, { level: 4 }), strict);
  floors.reached(4, 6801);
  t.is(admit(head(100, 5000, { level: 4 }), strict), 'stale');
  floors.reached(4, 6000);
  t.is(floors.now(4), 6801, 'and not back');
  t.is(admit(head(101, 5002, { level: 4 }), strict), 'admitted');
});

test('no head of a weak level, whatever it says, makes a head of a stronger one stale', t => {
  const any = fc.record({ number: fc.nat(2 ** 40), timestamp: fc.nat(2 ** 40), finalized: fc.boolean() });
  holds(
    t,
    fc.property(fc.array(any, { maxLength: 10 }), lies => {
      const { admit, floors } = open();
      const strict = { level: 3 as Level, maximumAge: 1800 };
      admit(head(100, 5000, { level: 3 }), strict);
      for (const [i, { finalized, number, timestamp }] of lies.entries()) {
        const level = ((i % 2) + 1) as Level;
        floors.admitNewest(head(number, timestamp, { level, finalized }), Number.MAX_SAFE_INTEGER);
      }
      t.is(admit(head(101, 5012, { level: 3 }), strict), 'admitted');
    }),
  );
});

test('a head that is now and lowers what its level believed by more than a day says so, once; a day and less says nothing', t => {
  for (const [believed, now, said] of [
    [200_000, 113_599, [86_401]],
    [200_000, 113_600, []],
    [200_000, 200_100, []],
    [0, 5000, []],
  ] as [number, number, number[]][]) {
    const told: number[] = [];
    const before = open();
    if (believed > 0) before.floors.admit(head(900, believed, { level: 2 }), policy);
    const floors = new Floors({
      clock: new HandClock(),
      record: before.floors.encode(),
      onLowered: seconds => told.push(seconds),
    });
    t.is(floors.lowered, 0);
    floors.proveNow(head(100, now, { level: 2 }));
    t.deepEqual(told, said, `${believed} → ${now}`);
    t.is(floors.lowered, said[0] ?? 0);
    floors.proveNow(head(99, 1000, { level: 2 }));
    t.deepEqual(told, said, 'what is now is not lowered again');
  }
});

test('what another level believed is not lowered by a head that is now; the greatest of several is kept', t => {
  const before = open();
  before.floors.admit(head(900, 1_000_000, { level: 3 }), policy);
  before.floors.admit(head(900, 1_000_000, { level: 1 }), policy);
  const floors = new Floors({ clock: new HandClock(), record: before.floors.encode() });
  floors.proveNow(head(100, 500_000, { level: 2 }));
  t.is(floors.lowered, 0);
  floors.proveNow(head(800, 800_000, { level: 1 }));
  t.is(floors.lowered, 200_000);
  floors.proveNow(head(100, 400_000, { level: 3 }));
  t.is(floors.lowered, 600_000);
});
