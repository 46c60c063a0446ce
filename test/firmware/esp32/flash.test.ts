import test from 'ava';
import fc from 'fast-check';
import { chipFlash, plainPartition, slotPartition } from '../../../firmware/esp32/flash.js';
import { keyValuePartition } from '../../../firmware/esp32/keyValuePartition.js';
import { piecesOf, sectorOf, sectorSize } from '../../../firmware/esp32/slotLayout.js';
import { openJournal } from '../../../firmware/store/journal.js';
import { SlotWriter } from '../../../firmware/update/slotWriter.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';
import { partitionContract } from '../port/partition.js';
import { FakePartition, FakeStore } from './fakes.js';

partitionContract('in memory', () => new MemoryPartition({ size: 8192, sectorSize: 1024 }));
partitionContract('a partition of the chip', () => plainPartition(new FakePartition(16_384)));
partitionContract('an image’s slot', () => slotPartition(new FakePartition(16_384)));
partitionContract('in the key-value store', () => keyValuePartition(new FakeStore(), 8192));

test('every byte of an image has one place in its partition, and every place one byte', t => {
  const size = 5 * sectorSize;
  const seen = new Set<number>();
  for (let offset = 0; offset < size; offset += 64) {
    for (const { at, length } of piecesOf(size, offset, 64)) {
      for (let i = 0; i < length; i++) seen.add(at + i);
    }
  }
  t.is(seen.size, size);
  t.true(Math.min(...seen) === 0 && Math.max(...seen) === size - 1);
});

test('a range lies where its single bytes lie, and its sectors where its first bytes', t => {
  const size = 4 * sectorSize;
  fc.assert(
    fc.property(fc.nat(size), fc.nat(size), (offset, wanted) => {
      const length = Math.min(wanted, size - offset);
      const pieces = piecesOf(size, offset, length);
      const places = pieces.flatMap(({ at, length: count, from }) =>
        [0, count - 1].map(i => [from + i, at + i] as const),
      );
      return (
        pieces.reduce((sum, piece) => sum + piece.length, 0) === length &&
        places.every(([from, at]) => piecesOf(size, offset + from, 1)[0].at === at)
      );
    }),
  );
  for (let sector = 0; sector < size; sector += sectorSize) {
    t.is(sectorOf(size, sector), piecesOf(size, sector, 1)[0].at);
  }
});

test('the application begins where its partition begins, the header lies in the last sector', t => {
  const chip = new FakePartition(4 * sectorSize);
  const slot = slotPartition(chip);
  slot.write(0, Uint8Array.of(0x48));
  slot.write(sectorSize, Uint8Array.of(0xe9));
  t.is(chip.cells[0], 0xe9);
  t.is(chip.cells[3 * sectorSize], 0x48);
});

test('what a download writes into an encrypted slot is whole, whatever its length', t => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 3 * sectorSize }), image => {
      const slot = slotPartition(new FakePartition(4 * sectorSize, { encrypted: true }));
      const writer = new SlotWriter({
        ...{ slot, size: image.length },
        belongs: () => true,
        onSector: () => {},
      });
      writer.begin(0);
      for (let at = 0; at < image.length; at += 1000) writer.write(image.subarray(at, at + 1000));
      return Buffer.from(slot.read(0, image.length)).equals(image);
    }),
  );
  t.pass();
});

test('the slots are those of the chip, whichever runs; the bootloader’s records are its own', t => {
  const running = new FakePartition(2 * sectorSize);
  const nextota = new FakePartition(2 * sectorSize);
  const journal = new FakePartition(4 * sectorSize);
  const partitions: Record<string, FakePartition> = { running, nextota, journal };
  const identity = keyValuePartition(new FakeStore(), 8192);
  const counter = keyValuePartition(new FakeStore(), 8192);
  for (const [letter, a, b] of [
    ['A', running, nextota],
    ['B', nextota, running],
  ] as const) {
    const flash = chipFlash({
      open: path => partitions[path],
      running: letter,
      forgetIdle: () => 0,
      identity,
      counter,
    });
    flash.open('slotA').write(0, Uint8Array.of(0xa0));
    flash.open('slotB').write(0, Uint8Array.of(0xb0));
    t.is(a.cells[sectorSize], 0xa0);
    t.is(b.cells[sectorSize], 0xb0);
    t.is(flash.open('identity'), identity);
    t.is(flash.open('counter'), counter);
    t.is(flash.open('journal').size, 4 * sectorSize);
    t.throws(() => flash.open('boot'));
    // A table of before has no room for an app: nothing is stored there, and a wipe goes on.
    const absent = flash.open('app');
    t.is(absent.size, 0);
    t.throws(() => absent.write(0, Uint8Array.of(0)), { instanceOf: RangeError });
    t.throws(() => openJournal(absent), { instanceOf: RangeError });
    const open = (path: string) => (path === 'app_store' ? journal : partitions[path]);
    t.is(
      chipFlash({ open, running: letter, forgetIdle: () => 0, identity, counter }).open('app').size,
      4 * sectorSize,
    );
    for (const partition of [a, b]) partition.eraseBlock(1);
  }
});

test('before a sector of the other slot is erased its mark is taken off, once; where the chip refuses, nothing is erased', t => {
  const [running, nextota] = [new FakePartition(2 * sectorSize), new FakePartition(2 * sectorSize)];
  const stores = {
    identity: keyValuePartition(new FakeStore(), 8192),
    counter: keyValuePartition(new FakeStore(), 8192),
  };
  const open = (path: string) => (path === 'running' ? running : nextota);
  let [asked, answer] = [0, 0x101];
  const forgetIdle = () => {
    asked++;
    return answer;
  };
  const flash = chipFlash({ open, running: 'A', forgetIdle, ...stores });
  nextota.write(Uint8Array.of(0), 0);
  flash.open('slotA').erase(0);
  flash.open('slotB').read(0, 4);
  t.is(asked, 0);
  t.throws(() => flash.open('slotB').erase(sectorSize), {
    message: /mark of the other slot stays: error 0x101/,
  });
  t.is(nextota.cells[0], 0);
  answer = 0;
  flash.open('slotB').erase(sectorSize);
  flash.open('slotB').erase(0);
  t.is(nextota.cells[0], 0xff);
  t.is(asked, 2);
});

test('a journal in the key-value store survives a power cut at every single change', t => {
  const values = new FakeStore();
  openJournal(keyValuePartition(values, 8192)).put([[1, Uint8Array.of(1)]]);
  const whole = new FakeStore();
  for (const [key, value] of values.values) whole.values.set(key, value);
  const counted = keyValuePartition(whole, 8192);
  let changes = 0;
  const write = whole.write.bind(whole);
  whole.write = (key, value) => {
    changes++;
    write(key, value);
  };
  openJournal(counted).put([[1, Uint8Array.of(2)]]);
  t.true(changes >= 3);
  const outcomes = new Set<number>();
  for (let cut = 0; cut <= changes; cut++) {
    const store = new FakeStore();
    for (const [key, value] of values.values) store.values.set(key, value);
    store.cutAfter = cut;
    try {
      openJournal(keyValuePartition(store, 8192)).put([[1, Uint8Array.of(2)]]);
    } catch {
      // The power failed.
    }
    store.cutAfter = Number.POSITIVE_INFINITY;
    const journal = openJournal(keyValuePartition(store, 8192));
    const found = journal.get(1);
    t.truthy(found, `after ${cut} changes`);
    outcomes.add(found![0]);
  }
  t.deepEqual([...outcomes].sort(), [1, 2]);
});
