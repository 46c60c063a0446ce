import test from 'ava';
import fc from 'fast-check';
import { type Finding, judge } from '../../../tools/attack/judge.js';
import { MARKS_MAX, MarkReader, type PinWrite, writesOf } from '../../../tools/attack/marks.js';
import type { CampaignRecord } from '../../../tools/attack/record.js';

const options = { nowMs: 1_000_000, orderMsMax: 60_000, releaseMsMax: 60_000, reportMsMax: 10_000 };
const hashOf = (mark: number) => `0x${mark.toString(16).padStart(64, '0')}`;

/** Ten orders and a release, anchored, delivered, run and receipted; one pause, one cut of the power, all planned. */
function honest(): CampaignRecord {
  const marks = Array.from({ length: 10 }, (_, i) => i + 1);
  const release = { hash: hashOf(500), version: 2, fromMs: 60_000, sizeBytes: 400_000 };
  return {
    links: marks.map(hashOf),
    orders: marks.map(mark => ({ hash: hashOf(mark), mark, fromMs: mark * 5000 })),
    releases: [release],
    effects: marks.map(mark => ({ mark, atMs: mark * 5000 + 400 })),
    strays: [],
    receipts: [
      ...marks.map(mark => ({
        ...{ hash: hashOf(mark), outcome: 'done', code: '' },
        ...{ place: `0/${mark}`, atMs: mark * 5000 + 500 },
      })),
      { hash: release.hash, outcome: 'done', code: '', place: '0/11', atMs: 90_000 },
    ],
    restarts: [{ atMs: 89_000, why: 'restart: version 2', isPlanned: true }],
    holds: [{ why: 'paused', fromMs: 52_000, toMs: 55_000 }],
  };
}

const kindsOf = (findings: readonly Finding[]) => findings.map(({ kind }) => kind);
const judged = (change: Partial<CampaignRecord>) => judge({ ...honest(), ...change }, options);

test('of a world in which all went well nothing is reported', t => {
  t.deepEqual(judge(honest(), options), []);
});

test('an order that ran twice is reported, by its pins or by two receipts; one receipt sent again is not', t => {
  const { effects, receipts } = honest();
  const again = judged({ effects: [...effects, { mark: 10, atMs: 60_000 }] });
  t.deepEqual(kindsOf(again), ['twice']);
  t.regex(again[0].what, /order 10 .* ran again/);
  t.deepEqual(kindsOf(judged({ receipts: [...receipts, { ...receipts[3], place: '0/12' }] })), ['twice']);
  t.deepEqual(judged({ receipts: [...receipts, { ...receipts[3], atMs: 99_000 }] }), []);
});

test('an action that no link commits to is reported, whoever ordered it, and so is a signed receipt of it', t => {
  const { effects, links, orders, receipts } = honest();
  t.deepEqual(kindsOf(judged({ effects: [...effects, { mark: 77, atMs: 61_000 }] })), ['wrong']);
  // An operator made it and its link never came onto the chain.
  const unlinked = judged({ links: links.slice(0, 9) });
  t.deepEqual(kindsOf(unlinked), ['wrong', 'wrong']);
  t.deepEqual(
    kindsOf(judged({ receipts: [...receipts, { ...receipts[0], hash: hashOf(99), place: '0/12' }] })),
    ['wrong'],
  );
  t.deepEqual(kindsOf(judged({ strays: [{ what: '4 on', atMs: 5 }] })), ['wrong']);
  t.is(orders.length, 10);
});

test('an order that ran in a pause, out of its turn, or against its receipt is reported', t => {
  const { effects, holds, receipts } = honest();
  t.deepEqual(kindsOf(judged({ holds: [...holds, { why: 'paused', fromMs: 10_300, toMs: 10_600 }] })), [
    'wrong',
  ]);
  const swapped = effects.map(({ atMs }, i) => ({ atMs, mark: i === 4 ? 6 : i === 5 ? 5 : i + 1 }));
  t.deepEqual(kindsOf(judged({ effects: swapped })), ['wrong']);
  const refused = receipts.map((receipt, i) => (i === 2 ? { ...receipt, outcome: 'refused' } : receipt));
  t.deepEqual(kindsOf(judged({ receipts: refused })), ['wrong', 'lost']);
  t.deepEqual(
    kindsOf(judged({ effects: effects.slice(1) })),
    ['wrong'],
    'signed as done, and it did not run',
  );
  t.deepEqual(kindsOf(judged({ receipts: receipts.slice(1) })), ['wrong', 'lost'], 'ran without a receipt');
});

test('a lost order or release is reported; one that is still under way, or was held, is not', t => {
  const { orders, receipts, releases } = honest();
  const late = { hash: hashOf(11), mark: 11, fromMs: options.nowMs - 59_000 };
  const links = [...honest().links, late.hash];
  t.deepEqual(judged({ links, orders: [...orders, late] }), []);
  const lost = judged({ links, orders: [...orders, { ...late, fromMs: late.fromMs - 2000 }] });
  t.deepEqual(kindsOf(lost), ['lost']);
  t.regex(lost[0].what, /has no receipt after 61 s/);
  const holds = [...honest().holds, { why: 'off' as const, fromMs: options.nowMs - 5000 }];
  t.deepEqual(judged({ links, holds, orders: [...orders, { ...late, fromMs: late.fromMs - 2000 }] }), []);
  t.deepEqual(kindsOf(judged({ receipts: receipts.slice(0, -1) })), ['lost']);
  const later = { ...releases[0], fromMs: options.nowMs - 200_000 };
  t.deepEqual(judged({ receipts: receipts.slice(0, -1), releases: [later] }), []);
  const slow = receipts.map((receipt, i) => (i === 9 ? { ...receipt, atMs: 200_000 } : receipt));
  t.deepEqual(kindsOf(judged({ receipts: slow })), ['lost']);
});

test('an order that the power cut is receipted as interrupted; without a cut that is a lost order', t => {
  const { receipts } = honest();
  const cut = receipts.map((receipt, i) => (i === 6 ? { ...receipt, outcome: 'interrupted' } : receipt));
  t.deepEqual(kindsOf(judged({ receipts: cut })), ['lost']);
  const holds = [{ why: 'off' as const, fromMs: 35_100, toMs: 35_300 }];
  const restarts = [{ atMs: 35_300, why: 'powerCut', isPlanned: true }];
  t.deepEqual(judged({ receipts: cut, holds, restarts }), []);
});

test('a restart is reported unless one of ours made it', t => {
  const restarts = [{ atMs: 70_000, why: 'fault: memory full', isPlanned: false }];
  const found = judged({ restarts });
  t.deepEqual(kindsOf(found), ['restart']);
  t.regex(found[0].what, /memory full/);
  t.deepEqual(judged({ restarts: [{ ...restarts[0], isPlanned: true }] }), []);
});

test('any marks in a row, with starts between them, are read as they were written', t => {
  fc.assert(
    fc.property(fc.array(fc.nat(MARKS_MAX - 1), { maxLength: 20 }), marks => {
      const reader = new MarkReader();
      const read: number[] = [];
      for (const mark of marks) {
        t.is(reader.begin(), undefined);
        for (const write of [{ pin: 4, on: false }, ...writesOf(mark)]) {
          const { mark: whole, stray } = reader.take(write);
          t.is(stray, undefined);
          if (whole !== undefined) read.push(whole);
        }
      }
      t.deepEqual(read, marks);
    }),
  );
});

test('writes that are no mark are strays: the relay a second time, a pin of another group, another level', t => {
  const strayOf = (writes: readonly PinWrite[]) => {
    const reader = new MarkReader();
    reader.begin();
    return writes.map(write => reader.take(write).stray).find(stray => stray !== undefined);
  };
  const off = { pin: 4, on: false };
  t.is(strayOf([off, off]), '4 off');
  t.is(strayOf([{ pin: 4, on: true }]), '4 on');
  const [first, second, third] = writesOf(5);
  t.truthy(strayOf([first, third]));
  t.truthy(strayOf([first, second, { ...third, on: !third.on }]));
  t.is(strayOf([off, first, second, third]), undefined);
  const reader = new MarkReader();
  reader.begin();
  reader.take(first);
  t.is(reader.begin(), '13 off', 'what the end of a run cut is told');
});
