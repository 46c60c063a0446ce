import test from 'ava';
import type { PartitionName } from '../../../firmware/port/flash.js';
import {
  FaultyPartition,
  flipBits,
  type Moment,
  Power,
  PowerCut,
  withFaults,
} from '../../../host-sim/flash/faults.js';
import { Chance } from '../../../host-sim/node/chance.js';
import { FlashMisuse, MemoryPartition } from '../../../host-sim/node/flash/partition.js';

const geometry = { size: 1024, sectorSize: 512 };
const old = new Uint8Array(1024).map((_, i) => (i % 2 ? 0xf5 : 0xff));
const fresh = new Uint8Array(400).map((_, i) => (i % 2 ? 0x55 : (i * 7) & 0xff));

function make(seed: number, unstable = true) {
  const power = new Power({ seed, unstable });
  const inner = new MemoryPartition(geometry, old);
  return { power, inner, partition: new FaultyPartition(inner, power) };
}

function cut(seed: number, moment: Moment, unstable = true) {
  const made = make(seed, unstable);
  made.power.cutAt(1, moment);
  const threw = (() => {
    try {
      made.partition.write(100, fresh);
      return false;
    } catch (error) {
      return error instanceof PowerCut;
    }
  })();
  return { ...made, threw };
}

test('a cut before a write leaves the old bytes, one after it the new ones', t => {
  const before = cut(1, 'before');
  t.true(before.threw);
  before.power.restore();
  t.deepEqual(before.partition.read(0, 1024), old);
  const after = cut(1, 'after');
  t.true(after.threw);
  after.power.restore();
  t.deepEqual(after.partition.read(100, 400), fresh);
});

test('a torn write leaves each bit old or new, and bytes outside untouched', t => {
  let partial = 0;
  let blurred = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const { partition, power, threw } = cut(seed, 'torn');
    t.true(threw);
    power.restore();
    const readings = Array.from({ length: 4 }, () => partition.read(0, 1024));
    for (const bytes of readings) {
      t.deepEqual(bytes.subarray(0, 100), old.subarray(0, 100));
      t.deepEqual(bytes.subarray(500), old.subarray(500));
      const legal = fresh.every((byte, i) => {
        const was = old[100 + i];
        const is = bytes[100 + i];
        return (is & byte & was) === (byte & was) && (is & ~was) === 0;
      });
      t.true(legal, `seed ${seed}`);
    }
    if (readings.some(bytes => Buffer.compare(bytes, readings[0]) !== 0)) blurred++;
    const is = readings[0].subarray(100, 500);
    if (Buffer.compare(is, fresh) !== 0 && Buffer.compare(is, old.subarray(100, 500)) !== 0) partial++;
    // Whatever was left half-set is firm once it is written again.
    partition.write(
      100,
      fresh.map((byte, i) => byte & old[100 + i]),
    );
    for (let i = 0; i < 4; i++)
      t.deepEqual(
        partition.read(100, 400),
        fresh.map((b, i) => b & old[100 + i]),
      );
  }
  t.log(`of 200 torn writes ${partial} were partial, ${blurred} read differently from time to time`);
  t.true(partial > 50 && blurred > 50);
});

test('a torn erase spares the other sectors, and erasing again makes the sector firm', t => {
  let seemsErased = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const { partition, power } = make(seed);
    power.cutAt(1, 'torn');
    t.throws(() => partition.erase(512), { instanceOf: PowerCut });
    power.restore();
    t.deepEqual(partition.read(0, 512), old.subarray(0, 512));
    if (partition.read(512, 512).every(byte => byte === 0xff)) seemsErased++;
    partition.erase(512);
    for (let i = 0; i < 4; i++) t.true(partition.read(512, 512).every(byte => byte === 0xff));
  }
  t.true(seemsErased > 0);
});

test('for flash kept in files half-set bits are fixed as the power fails', t => {
  for (let seed = 1; seed <= 100; seed++) {
    const { partition, inner, power } = cut(seed, 'torn', false);
    power.restore();
    for (let i = 0; i < 3; i++) t.deepEqual(partition.read(0, 1024), inner.read(0, 1024));
  }
});

test('without power nothing works until it is restored', t => {
  const { partition, power } = cut(3, 'before');
  t.throws(() => partition.read(0, 1), { instanceOf: PowerCut });
  t.throws(() => partition.write(0, Uint8Array.of(0)), { instanceOf: PowerCut });
  t.throws(() => partition.erase(0), { instanceOf: PowerCut });
  power.restore();
  t.notThrows(() => partition.write(0, Uint8Array.of(0)));
});

test('the same seed tears alike, another one differently', t => {
  const left = (seed: number) => cut(seed, 'torn', false).inner.read(0, 1024);
  t.deepEqual(left(5), left(5));
  t.notDeepEqual(left(5), left(6));
});

test('one supply counts the operations of all partitions', t => {
  const power = new Power({ seed: 1 });
  const flash = withFaults({ open: (_: PartitionName) => new MemoryPartition(geometry) }, power);
  t.is(flash.open('boot'), flash.open('boot'));
  power.cutAt(3, 'before');
  flash.open('boot').erase(0);
  flash.open('slotA').write(0, Uint8Array.of(1));
  t.throws(() => flash.open('journal').erase(0), { instanceOf: PowerCut });
  t.is(power.operations, 3);
});

test('bits flip at rest in both directions', t => {
  const partition = new MemoryPartition(geometry, old);
  flipBits(partition, 513, 0x0f);
  const expected = Uint8Array.from(old);
  expected[513] ^= 0x0f;
  t.deepEqual(partition.read(0, 1024), expected);
});

test('a worn sector neither erases nor writes whole; others do', t => {
  const { partition } = make(8);
  partition.wearOut(512, 40);
  partition.erase(512);
  partition.erase(0);
  t.false(partition.read(512, 512).every(byte => byte === 0xff));
  t.true(partition.read(0, 512).every(byte => byte === 0xff));
  partition.write(512, new Uint8Array(512));
  t.false(partition.read(512, 512).every(byte => byte === 0));
});

test('misuse is still misuse behind the faults', t => {
  const { partition } = make(1);
  t.throws(() => partition.write(1, Uint8Array.of(0xff)), { instanceOf: FlashMisuse });
  t.throws(() => partition.write(1020, new Uint8Array(8)), { instanceOf: FlashMisuse });
  t.throws(() => partition.erase(3), { instanceOf: FlashMisuse });
});

test('chance repeats by its seed, reaches every value and differs by seed', t => {
  const draw = (seed: number) => {
    const chance = new Chance(seed);
    return Array.from({ length: 4000 }, () => chance.byte());
  };
  t.deepEqual(draw(0), draw(0));
  t.notDeepEqual(draw(1), draw(2));
  for (const seed of [0, 1, 0x9e3779b9]) t.is(new Set(draw(seed)).size, 256);
});
