/** Telemetry on its way out: counted, signed, kept while nobody is reached, and given at least once. */
import test from 'ava';
import * as v from 'valibot';
import { decodeCbor } from '../../../firmware/app/cbor.js';
import { Reports } from '../../../firmware/app/reports.js';
import { telemetry } from '../../../firmware/app/telemetry.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { AppRecords } from '../../../firmware/device/appRecords.js';
import { BATCHES_OF_A_START, parseBatch, telemetryHash } from '../../../firmware/device/telemetryBatch.js';
import { TelemetryOutflow } from '../../../firmware/device/telemetryOutflow.js';
import { RING_BATCHES_MAX, TelemetryRing } from '../../../firmware/device/telemetryRing.js';
import type { Flash } from '../../../firmware/port/flash.js';
import { type Moment, Power, PowerCut, withFaults } from '../../../host-sim/flash/faults.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { gapBefore } from '../../../tools/operator/telemetry.js';
import { address, word } from '../../fakes/bytes.js';
import { countingEntropy } from '../../fakes/countingEntropy.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';

const crypto = portableCrypto();
const PRIVATE_KEY = word(7);
const DOMAIN = { chainId: 1, verifyingContract: address(9) };
const settled = () => new Promise<void>(resolve => setImmediate(resolve));

const ringOf = (flash: Flash) =>
  new TelemetryRing(
    new AppRecords({
      ...{ crypto, entropy: countingEntropy(), key: word(3), log: () => {}, owner: () => address(1) },
      partition: () => flash.open('telemetry'),
    }),
  );

/** A broker that is there or not: what it took, and what waits for it as in the connection's queue. */
class Broker {
  online = true;
  taken: Uint8Array[] = [];
  waiting: { bytes: Uint8Array; answer: (delivered: boolean) => void }[] = [];

  readonly deliver = (bytes: Uint8Array): Promise<boolean> => {
    if (this.online) this.taken.push(bytes);
    return this.online
      ? Promise.resolve(true)
      : new Promise(answer => void this.waiting.push({ bytes, answer }));
  };

  /** Back again, as a connection that sends what it was given. */
  async back(): Promise<void> {
    this.online = true;
    for (const { answer, bytes } of this.waiting.splice(0)) {
      this.taken.push(bytes);
      answer(true);
    }
    for (let i = 0; i < 100; i++) await settled();
  }

  get counters(): number[] {
    return this.taken.map(bytes => batchIn(bytes).counter);
  }
}

const batchIn = (bytes: Uint8Array) => {
  const parsed = parseBatch(bytes);
  if (parsed.verdict !== 'accepted') throw new Error('no batch');
  return parsed.value.batch;
};

function started(flash: Flash, broker: Broker, lines: string[] = []) {
  const clock = new HandClock();
  const reports = new Reports({ n: telemetry({ value: v.number() }) }, clock);
  const outflow = new TelemetryOutflow({
    ...{ clock, crypto, domain: DOMAIN, privateKey: PRIVATE_KEY, imageHash: word(5), reports },
    now: () => ({ seconds: 1_000_000 + Math.floor(clock.monotonic() / 1000), proven: true }),
    ring: () => ringOf(flash),
    deliver: broker.deliver,
    log: line => void lines.push(line),
  });
  const pass = async (ms: number) => {
    for (let rest = ms; rest > 0; rest -= 1000) {
      clock.advance(1000);
      await settled();
    }
  };
  return { clock, outflow, reports, pass };
}

const blank = () => new MemoryFlash() as unknown as Flash;
const nth = (start: number, n: number) => start * BATCHES_OF_A_START + n;

test('reports of half a minute go out in one batch, signed by the board, with the time of the first', async t => {
  const broker = new Broker();
  const { outflow, pass, reports } = started(blank(), broker);
  await pass(5000);
  reports.report('n', 1);
  await pass(10_000);
  reports.report('n', 2);
  t.is(outflow.counter, 0);
  await pass(20_000);
  t.deepEqual(broker.counters, [nth(1, 1)]);
  t.is(outflow.counter, nth(1, 1));
  const parsed = parseBatch(broker.taken[0]);
  if (parsed.verdict !== 'accepted') return t.fail();
  const { batch, signature } = parsed.value;
  t.like(batch, { began: 1_000_005, proven: true, dropped: 0 });
  t.deepEqual(decodeCbor(batch.reports), { n: [0, 1, 10_000, 2] });
  const signer = crypto.recoverAddress(telemetryHash(crypto, DOMAIN, batch), signature);
  t.deepEqual(signer, crypto.addressOf(PRIVATE_KEY));
  await pass(60_000);
  t.is(broker.taken.length, 1, 'nothing to say, nothing said');
});

test('a flood of reports makes one batch in ten seconds, and what found no room is counted', async t => {
  const broker = new Broker();
  const { clock, reports } = started(blank(), broker);
  let made = 0;
  for (; made < 6000; made++) {
    reports.report('n', made);
    clock.advance(10);
    if (made % 50 === 0) await settled();
  }
  t.true(broker.taken.length >= 6 && broker.taken.length <= 7, `${broker.taken.length}`);
  const batches = broker.taken.map(batchIn);
  t.true(batches.slice(1).every(({ dropped }) => dropped > 0));
  const sent = batches.reduce((sum, { reports: r }) => sum + (decodeCbor(r) as { n: [] }).n.length / 2, 0);
  const dropped = batches.reduce((sum, batch) => sum + batch.dropped, 0);
  t.true(sent + dropped <= made && sent + dropped > made * 0.8);
});

test('while the broker is gone batches are kept over a restart, and come in order once it is back', async t => {
  const flash = blank();
  const broker = new Broker();
  const first = started(flash, broker);
  const report = async ({ pass, reports }: typeof first, value: number) => {
    reports.report('n', value);
    await pass(31_000);
  };
  await report(first, 1);
  broker.online = false;
  for (const value of [2, 3, 4]) await report(first, value);
  t.is(broker.taken.length, 1);
  // The power is cut: nothing is closed.
  broker.waiting = [];
  const second = started(flash, broker);
  await report(second, 5);
  t.is(broker.taken.length, 1);
  await broker.back();
  await second.pass(60_000);
  t.deepEqual(broker.counters, [nth(1, 1), nth(1, 2), nth(1, 3), nth(1, 4), nth(2, 1)]);
  t.deepEqual(
    broker.taken.map(bytes => (decodeCbor(batchIn(bytes).reports) as { n: number[] }).n[1]),
    [1, 2, 3, 4, 5],
  );
  const third = started(flash, broker);
  await third.pass(60_000);
  t.is(broker.taken.length, 5, 'what was delivered is not kept');
});

test('a batch whose acknowledgement was lost is given again, and known by its counter', async t => {
  const flash = blank();
  const broker = new Broker();
  broker.online = false;
  const one = started(flash, broker);
  one.reports.report('n', 1);
  await one.pass(60_000);
  broker.taken.push(broker.waiting[0].bytes);
  broker.waiting = [];
  broker.online = true;
  await started(flash, broker).pass(1000);
  t.deepEqual(broker.counters, [nth(1, 1), nth(1, 1)]);
  t.is(gapBefore(broker.counters[1], broker.counters[0]), undefined);
});

test('away for longer than the ring lasts, the oldest are lost, and the gap shows by the counters', async t => {
  const flash = blank();
  const broker = new Broker();
  const lines: string[] = [];
  const { pass, reports } = started(flash, broker, lines);
  reports.report('n', 0);
  await pass(31_000);
  broker.online = false;
  const away = RING_BATCHES_MAX + 5;
  for (let value = 1; value <= away; value++) {
    reports.report('n', value);
    await pass(31_000);
  }
  await broker.back();
  await pass(1000);
  const { counters } = broker;
  const gaps = counters.slice(1).map((counter, i) => gapBefore(counter, counters[i]));
  const missing = gaps.reduce((sum, gap) => sum + (gap?.batches ?? 0), 0);
  t.is(counters.length + missing, away + 1);
  t.true(missing >= 4 && missing <= 5, `${missing}`);
  t.regex(lines.join('\n'), /the ring is full/);
});

test('a queue without room is tried again, and a closed operation leaves what waits to the next', async t => {
  const flash = blank();
  const broker = new Broker();
  const { deliver } = broker;
  let refusals = 1;
  Object.assign(broker, {
    deliver: (bytes: Uint8Array) => (refusals-- > 0 ? Promise.resolve(false) : deliver(bytes)),
  });
  const one = started(flash, broker);
  one.reports.report('n', 1);
  await one.pass(31_000);
  t.is(broker.taken.length, 0);
  await one.pass(31_000);
  t.deepEqual(broker.counters, [nth(1, 1)]);
  broker.online = false;
  one.reports.report('n', 2);
  await one.pass(31_000);
  one.outflow.close();
  t.is(one.clock.waiting, 0);
  broker.online = true;
  await started(flash, broker).pass(1000);
  t.deepEqual(broker.counters, [nth(1, 1), nth(1, 2)]);
});

test('what the memory holds when a board falls asleep comes at its next start, the batch on its way too', async t => {
  const flash = blank();
  const broker = new Broker();
  broker.online = false;
  const evening = started(flash, broker);
  evening.reports.report('n', 1);
  await evening.pass(31_000);
  t.is(broker.waiting.length, 1, 'on its way');
  evening.reports.report('n', 2);
  await evening.pass(3000);
  evening.outflow.flush();
  evening.reports.report('n', 3);
  evening.outflow.flush();
  evening.outflow.flush();
  // Asleep: of memory nothing is kept.
  broker.waiting = [];
  broker.online = true;
  await started(flash, broker).pass(1000);
  t.deepEqual(broker.counters, [nth(1, 1), nth(1, 2), nth(1, 3)]);
  const values = broker.taken.map(bytes => (decodeCbor(batchIn(bytes).reports) as { n: number[] }).n[1]);
  t.deepEqual(values, [1, 2, 3]);
  t.deepEqual(
    broker.counters.slice(1).map((counter, i) => gapBefore(counter, broker.counters[i])),
    [undefined, undefined],
  );
  await started(flash, broker).pass(60_000);
  t.is(broker.taken.length, 3, 'once delivered, they are forgotten');
});

test('a board that stays awake after all sends what was flushed, once', async t => {
  const broker = new Broker();
  const { outflow, pass, reports } = started(blank(), broker);
  reports.report('n', 1);
  outflow.flush();
  await pass(1000);
  t.deepEqual(broker.counters, [nth(1, 1)]);
  await pass(60_000);
  t.is(broker.taken.length, 1);
  outflow.close();
  reports.report('n', 2);
  outflow.flush();
  t.true(reports.waiting, 'closed, it leaves to the next operation what waits');
});

test('power that fails in any write of a flush costs at most what was not yet kept, and nothing from before', async t => {
  let cuts = 0;
  for (const moment of ['before', 'torn', 'after'] as Moment[]) {
    for (let operation = 1; ; operation++) {
      const memory = new MemoryFlash({ telemetry: 8192 });
      const power = new Power({ seed: operation });
      const flash = withFaults(memory, power) as unknown as Flash;
      const broker = new Broker();
      broker.online = false;
      const lines: string[] = [];
      const evening = started(flash, broker, lines);
      evening.reports.report('n', 1);
      evening.outflow.flush();
      evening.reports.report('n', 2);
      power.cutAt(operation, moment);
      evening.outflow.flush();
      power.restore();
      broker.waiting = [];
      broker.online = true;
      await started(flash, broker).pass(2000);
      const { counters } = broker;
      t.true(counters.length === 1 || counters.length === 2, `${moment} ${operation}: ${counters.length}`);
      t.deepEqual(counters, [nth(1, 1), nth(1, 2)].slice(0, counters.length));
      if (lines.length === 0) {
        t.is(counters.length, 2, 'what a flush that ended kept is there');
        break;
      }
      cuts++;
    }
  }
  t.true(cuts >= 6, `${cuts}`);
});

test('whatever the ring keeps is whole after a power cut at any write, and no counter is used twice', t => {
  let cuts = 0;
  for (const moment of ['before', 'torn', 'after'] as Moment[]) {
    for (let operation = 1; ; operation++) {
      const memory = new MemoryFlash({ telemetry: 8192 });
      const power = new Power({ seed: operation });
      const flash = withFaults(memory, power) as unknown as Flash;
      power.cutAt(operation, moment);
      const added: number[] = [];
      let start = 0;
      let cut = false;
      try {
        const ring = ringOf(flash);
        start = ring.begin();
        for (let n = 1; n <= 6; n++) {
          ring.add({ counter: n, bytes: new Uint8Array(200).fill(n) });
          added.push(n);
        }
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
        cut = true;
      }
      power.restore();
      const ring = ringOf(flash);
      const found: number[] = [];
      for (let batch = ring.oldest(); batch; batch = ring.oldest()) {
        t.true(batch.bytes.every(byte => byte === batch!.counter) && batch.bytes.length === 200);
        found.push(batch.counter);
        ring.remove(batch.counter);
      }
      t.true(found.length === added.length || found.length === added.length + 1, `${moment} ${operation}`);
      t.deepEqual(found, [1, 2, 3, 4, 5, 6].slice(0, found.length));
      t.true(ring.begin() > start);
      if (!cut) break;
      cuts++;
    }
  }
  t.true(cuts > 60, `${cuts}`);
});
