/** Writing a slot: whole sectors, each erased just before, whatever pieces the bytes come in. */
import test from 'ava';
import fc from 'fast-check';
import { hashOfFlash, SlotWriter } from '../../../firmware/update/slotWriter.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';
import { holds } from '../../fakes/holds.js';
import { crypto } from './release.js';

const SECTOR = 64;
const dirty = () => new MemoryPartition({ size: 1024, sectorSize: SECTOR }, new Uint8Array(1024));

test('pieces of any size end up as they came, from any offset on, over whatever was there', t => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 150 }), { maxLength: 8 });
  holds(
    t,
    fc.property(pieces, fc.nat(200), (parts, offset) => {
      const slot = dirty();
      const noted: number[] = [];
      const writer = new SlotWriter(slot, offset, at => noted.push(at));
      const start = writer.offset;
      t.is(start, offset - (offset % SECTOR));
      const all = Buffer.concat(parts).subarray(0, 1024 - start);
      let left = all.length;
      for (const part of parts) {
        writer.write(part.subarray(0, left));
        left -= Math.min(left, part.length);
      }
      writer.flush();
      t.is(writer.offset, start + all.length);
      t.deepEqual(Buffer.from(slot.read(start, all.length)), Buffer.from(all));
      t.deepEqual(slot.read(0, start), new Uint8Array(start), 'what lies before is left alone');
      const erased = slot.erasures.filter(count => count > 0).length;
      t.is(erased, Math.ceil(all.length / SECTOR), 'each sector once, and no other');
      t.deepEqual(
        noted,
        [...noted].sort((a, b) => a - b),
      );
    }),
  );
});

test('only whole sectors are in flash before the end', t => {
  const slot = dirty();
  const writer = new SlotWriter(slot, 0, () => {});
  writer.write(new Uint8Array(100).fill(1));
  t.is(writer.offset, 64);
  t.is(slot.read(64, 1)[0], 0);
  writer.flush();
  writer.flush();
  t.is(writer.offset, 100);
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
