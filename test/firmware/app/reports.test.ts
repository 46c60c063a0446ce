/** Telemetry of an app: read by itself or reported, typed, on change, and bounded. */
import test from 'ava';
import fc from 'fast-check';
import * as v from 'valibot';
import { decodeCbor } from '../../../firmware/app/cbor.js';
import { type Board, defineApp, telemetry } from '../../../firmware/app/face.js';
import { REPORTS_BYTES_MAX, Reports } from '../../../firmware/app/reports.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { testBoard } from '../../../host-sim/testing/index.js';
import { holds } from '../../fakes/holds.js';

const kinds = {
  celsius: telemetry({ value: v.number() }),
  door: telemetry({ value: v.picklist(['open', 'closed']), onChange: true }),
  note: telemetry({ value: v.string() }),
};

function scene() {
  const clock = new HandClock();
  return { clock, reports: new Reports(kinds, clock) };
}

test('reports are taken together, by name, with their milliseconds after the first', t => {
  const { clock, reports } = scene();
  t.is(reports.take(), undefined);
  clock.advance(5000);
  reports.report('celsius', 21.5);
  clock.advance(250);
  reports.report('door', 'open');
  reports.report('celsius', 22);
  t.true(reports.waiting);
  const taken = reports.take()!;
  t.like(taken, { beganMs: 5000, dropped: 0 });
  t.deepEqual(decodeCbor(taken.bytes), { celsius: [0, 21.5, 250, 22], door: [250, 'open'] });
  t.false(reports.waiting);
  t.is(reports.take(), undefined);
});

test('on change means on change: a value that stays is reported once, over batches as well', t => {
  const { reports } = scene();
  for (const value of ['open', 'open', 'closed', 'closed']) reports.report('door', value);
  t.deepEqual(decodeCbor(reports.take()!.bytes), { door: [0, 'open', 0, 'closed'] });
  reports.report('door', 'closed');
  t.is(reports.take(), undefined);
  reports.report('door', 'open');
  t.truthy(reports.take());
});

test('what is not declared, or does not fit, is refused and not sent', t => {
  const { reports } = scene();
  t.throws(() => reports.report('humidity', 1), { instanceOf: RangeError });
  t.throws(() => reports.report('constructor', 1), { instanceOf: RangeError });
  t.throws(() => reports.report('celsius', 'warm'), { instanceOf: TypeError });
  t.throws(() => reports.report('note', 'x'.repeat(200)), { message: /128 at most/ });
  t.false(reports.waiting);
});

test('however much is reported, a batch stays within its bytes, and what found no room is counted', t => {
  const one = fc.oneof(
    fc.record({ name: fc.constant('celsius'), value: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
    fc.record({ name: fc.constant('note'), value: fc.string({ maxLength: 40 }) }),
  );
  holds(
    t,
    fc.property(fc.array(one, { minLength: 1, maxLength: 120 }), fc.nat(1e9), (all, ms) => {
      const { clock, reports } = scene();
      for (const { name, value } of all) {
        reports.report(name, value);
        clock.advance(ms);
      }
      const { bytes, dropped } = reports.take()!;
      const lists = Object.values(decodeCbor(bytes) as Record<string, unknown[]>);
      t.true(bytes.length <= REPORTS_BYTES_MAX);
      t.is(lists.reduce((sum, list) => sum + list.length / 2, 0) + dropped, all.length);
    }),
    { numRuns: 200 },
  );
});

const thermometer = (board: Board) => {
  const probe = new board.io.Analog({ pin: 34 });
  board.after(500, () => board.report('note', 'begun'));
  return defineApp({
    name: 'thermometer',
    healthy: () => true,
    actions: {},
    telemetry: {
      celsius: telemetry({ value: v.number(), everyMs: 1000, read: () => probe.read() / 10 }),
      high: telemetry({ value: v.boolean(), everyMs: 1000, onChange: true, read: () => probe.read() > 400 }),
      note: telemetry({ value: v.string() }),
    },
  });
};

test('the framework reads by itself, the app reports between, and both are there for a test', async t => {
  const board = testBoard(thermometer);
  board.input(34, 215);
  await board.advance(2000);
  board.input(34, 500);
  await board.advance(1000);
  t.deepEqual(board.reports, [
    { name: 'note', value: 'begun' },
    { name: 'celsius', value: 21.5 },
    { name: 'high', value: false },
    { name: 'celsius', value: 21.5 },
    { name: 'celsius', value: 50 },
    { name: 'high', value: true },
  ]);
  t.true(await board.healthy());
});

test('what cannot be reported is a fault of the app; options that contradict each other are none of its start', async t => {
  const board = testBoard(one => {
    one.after(10, () => one.report('nothing', 1));
    return defineApp({
      name: 'wrong',
      healthy: () => true,
      actions: {},
      telemetry: { n: telemetry({ value: v.number(), everyMs: 20, read: () => 'x' as never }) },
    });
  });
  await board.advance(50);
  t.is(board.log.filter(line => line.startsWith('app fault')).length, 3);
  t.deepEqual(board.reports, []);
  t.throws(() => telemetry({ value: v.number(), everyMs: 5 }), { instanceOf: TypeError });
  t.throws(() => telemetry({ value: v.number(), read: () => 5 }), { instanceOf: TypeError });
  t.throws(
    () =>
      testBoard(one => {
        one.report('early', 1);
        return defineApp({ name: 'early', healthy: () => true, actions: {} });
      }),
    { message: /not yet/ },
  );
});
