/** Writing a slot: whole sectors that belong there, each erased just before, whatever pieces the bytes come in. */
import test from 'ava';
import fc from 'fast-check';
import { concat } from '../../../firmware/bytes/concat.js';
import { equal } from '../../../firmware/bytes/equal.js';
import { SECTOR_BYTES } from '../../../firmware/update/sectorTree.js';
import { hashOfFlash, SlotWriter } from '../../../firmware/update/slotWriter.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';
import { flipped } from '../../fakes/bytes.js';
import { holds } from '../../fakes/holds.js';
import { crypto, image } from './release.js';

const SLOT_BYTES = 65_536;
/** A slot that is full of zeros, which no write can turn into anything before an erase. */
const dirty = () => new MemoryPartition({ size: SLOT_BYTES, sectorSize: 4096 }, new Uint8Array(SLOT_BYTES));
const erasesOf = (slot: MemoryPartition) => slot.erasures.reduce((sum, count) => sum + count, 0);

class Writing {
  readonly written: number[] = [];
  readonly safe: number[] = [];
  readonly writer: SlotWriter;
  constructor(slot: MemoryPartition, bytes: Uint8Array) {
    this.writer = new SlotWriter({
      slot,
      size: bytes.length,
      belongs(index, sector) {
        const all = concat(...sector);
        return equal(all, bytes.slice(index * SECTOR_BYTES, index * SECTOR_BYTES + all.length));
      },
      onSector: (offset, written) => {
        this.safe.push(offset);
        if (written) this.written.push(offset);
      },
    });
  }
}

test('pieces of any size end up as they came, over whatever was there, each sector erased once', t => {
  const sizes = fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 8 });
  holds(
    t,
    fc.property(sizes, parts => {
      const slot = dirty();
      const all = image(
        1,
        parts.reduce((sum, part) => sum + part, 0),
      ).slice(0, SLOT_BYTES);
      const { safe, written, writer } = new Writing(slot, all);
      writer.begin(0);
      for (let at = 0, i = 0; at < all.length; at += parts[i++ % parts.length])
        t.true(writer.write(all.subarray(at, at + parts[i % parts.length])));
      t.is(writer.offset, all.length);
      t.deepEqual(slot.read(0, all.length), all);
      t.is(erasesOf(slot), Math.ceil(all.length / SECTOR_BYTES), 'each sector once, and no other');
      t.deepEqual(safe, written);
      t.is(safe[safe.length - 1], all.length);
    }),
  );
});

test('a sector that does not belong there is not written, whichever it is; what came before it is', t => {
  const all = image(1, 20_000);
  for (let wrong = 0; wrong < 5; wrong++) {
    const slot = dirty();
    const { writer } = new Writing(slot, all);
    writer.begin(0);
    t.false(writer.write(flipped(all, 8 * (wrong * SECTOR_BYTES + 17))));
    t.is(writer.offset, wrong * SECTOR_BYTES);
    t.is(erasesOf(slot), wrong);
    t.deepEqual(slot.read(writer.offset, 10), new Uint8Array(10), 'left as it was');
    writer.begin(writer.offset);
    t.true(writer.write(all.slice(writer.offset)), 'the twin goes on from there');
    t.is(erasesOf(slot), 5);
  }
});

test('what the flash holds already is neither erased nor written again, however often it comes', t => {
  const all = image(1, 20_000);
  const slot = dirty();
  for (let i = 0; i < 10; i++) {
    const { safe, writer } = new Writing(slot, all);
    writer.begin(0);
    t.true(writer.write(all));
    t.is(safe.length, 5);
  }
  t.is(erasesOf(slot), 5);
  slot.write(8192, new Uint8Array(1));
  const { writer, written } = new Writing(slot, all);
  writer.begin(0);
  t.true(writer.write(all));
  t.deepEqual(written, [12_288], 'only the sector that changed');
});

test('a download goes on after the sectors that are whole, and a stream from further back is passed over up to there', t => {
  const all = image(1, 20_000);
  for (const [noted, held, from] of [
    [0, 20_064, 0],
    [8192, 20_064, 8192],
    [9000, 20_064, 8192],
    [20_064, 20_064, 20_064],
    [20_064, 10_000, 8192],
    [16_384, 0, 0],
  ]) {
    const slot = dirty();
    slot.erase(0);
    for (let at = 0; at < held; at += SECTOR_BYTES) slot.erase(at);
    slot.write(0, all.slice(0, held));
    const before = erasesOf(slot);
    const { writer } = new Writing(slot, all);
    writer.resume(noted);
    t.is(writer.offset, from, `${noted} noted, ${held} held`);
    writer.begin(0);
    for (let at = 0; at < all.length; at += 1000) t.true(writer.write(all.subarray(at, at + 1000)));
    t.deepEqual(slot.read(0, all.length), all);
    t.true(
      erasesOf(slot) - before <= Math.ceil((all.length - Math.min(held, all.length)) / SECTOR_BYTES) + 1,
    );
  }
});

test('only whole sectors are in flash before the end, and what comes after the image is passed over', t => {
  const all = image(1, 5000);
  const slot = dirty();
  const { writer } = new Writing(slot, all);
  writer.begin(0);
  writer.write(all.subarray(0, 4500));
  t.is(writer.offset, 4096);
  t.is(slot.read(4096, 1)[0], 0);
  t.true(writer.write(all.subarray(4500)));
  t.is(writer.offset, all.length);
  t.true(writer.write(new Uint8Array(10_000)));
  t.is(erasesOf(slot), 2);
});

test('the hash of flash is that of its bytes, across the pieces it is read in', t => {
  for (const length of [0, 1, 4095, 4096, 4097, 10_000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => i * 7);
    const hash = crypto.sha256();
    hash.update(bytes);
    const source = { read: (offset: number, count: number) => bytes.slice(offset, offset + count) };
    t.deepEqual(hashOfFlash(crypto, source, length), hash.digest());
  }
});
