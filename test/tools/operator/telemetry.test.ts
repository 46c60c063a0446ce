/** Batches of telemetry for people: reports in their order, and gaps by the counters alone. */
import test from 'ava';
import { encodeCbor } from '../../../firmware/app/cbor.js';
import { BATCHES_OF_A_START } from '../../../firmware/device/telemetryBatch.js';
import { gapBefore, placeOf, reportsOf } from '../../../tools/operator/telemetry.js';

const nth = (start: number, number: number) => start * BATCHES_OF_A_START + number;
const batch = (reports: Uint8Array, began = 0) => ({
  ...{ counter: nth(1, 1), imageHash: new Uint8Array(32), began, proven: true, dropped: 0, reports },
});

test('reports come in the order in which they were made, under the time of the board', t => {
  const reports = encodeCbor({ celsius: [0, 21, 2000, 22], door: [1500, 'open'] });
  t.deepEqual(reportsOf(batch(reports, 1_000_000)), [
    { name: 'celsius', value: 21, afterMs: 0, time: '1970-01-12T13:46:40.000Z' },
    { name: 'door', value: 'open', afterMs: 1500, time: '1970-01-12T13:46:41.500Z' },
    { name: 'celsius', value: 22, afterMs: 2000, time: '1970-01-12T13:46:42.000Z' },
  ]);
  t.is(reportsOf(batch(reports))[0].time, undefined, 'a board without a clock has no time');
});

test('what is no list of reports gives none, and throws nothing', t => {
  for (const reports of [encodeCbor(5), encodeCbor({ a: 1 }), encodeCbor({ a: [1] }), Uint8Array.of(0xff)]) {
    t.deepEqual(reportsOf(batch(reports)), []);
  }
});

test('a gap is what the counters leave out', t => {
  t.deepEqual(placeOf(nth(3, 7)), { start: 3, number: 7 });
  t.is(gapBefore(nth(1, 2), nth(1, 1)), undefined);
  t.deepEqual(gapBefore(nth(1, 5), nth(1, 2)), { kind: 'missing', batches: 2 });
  t.deepEqual(gapBefore(nth(2, 1), nth(1, 9)), { kind: 'restart', batches: 0 });
  t.deepEqual(gapBefore(nth(2, 4), nth(1, 9)), { kind: 'restart', batches: 3 });
  t.is(gapBefore(nth(1, 1), nth(1, 2)), undefined, 'a repetition');
});
