/** The contract that every Partition must keep, whatever it lies in: that of each platform passes these. */
import test from 'ava';
import fc from 'fast-check';
import type { Partition } from '../../../firmware/port/flash.js';

/** @param make an erased partition of at least two sectors, on which at most 8 KiB are touched */
export function partitionContract(name: string, make: () => Partition): void {
  test(`${name}: it is whole sectors, and erased it reads as ones`, t => {
    const partition = make();
    t.true(partition.size >= 2 * partition.sectorSize);
    t.is(partition.size % partition.sectorSize, 0);
    t.true(partition.read(0, partition.sectorSize).every(byte => byte === 0xff));
    t.true(partition.read(partition.size - 100, 100).every(byte => byte === 0xff));
    t.is(partition.read(17, 0).length, 0);
  });

  test(`${name}: writes clear bits and nothing else, an erase sets its sector and nothing else`, t => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(2 ** 16), fc.uint8Array({ maxLength: 700 }), fc.nat(5)), { maxLength: 12 }),
        operations => {
          const partition = make();
          const size = 2 * partition.sectorSize;
          const model = new Uint8Array(size).fill(0xff);
          for (const [anywhere, bytes, kind] of operations) {
            const at = anywhere % size;
            if (kind === 0) {
              const sector = at - (at % partition.sectorSize);
              partition.erase(sector);
              model.fill(0xff, sector, sector + partition.sectorSize);
            } else {
              // Only what NOR can hold afterwards is a legal thing to write.
              const legal = bytes.subarray(0, size - at).map((byte, i) => byte & model[at + i]);
              partition.write(at, legal);
              model.set(legal, at);
            }
          }
          return Buffer.from(partition.read(0, size)).equals(model);
        },
      ),
      // One byte where a block that is filled up would reach beyond the end, found by chance once.
      { numRuns: 40, examples: [[[[4081, Uint8Array.of(0), 1]]]] },
    );
    t.pass();
  });

  test(`${name}: ranges beyond it and erases inside a sector are refused, those beside them are not`, t => {
    const partition = make();
    const { sectorSize, size } = partition;
    for (const [offset, length] of [
      [size - 10, 11],
      [-1, 2],
      [0.5, 1],
      [Number.NaN, 1],
    ]) {
      t.throws(() => partition.read(offset, length), undefined, `${length} at ${offset}`);
    }
    t.throws(() => partition.write(size - 4, new Uint8Array(5)));
    t.throws(() => partition.write(-1, new Uint8Array(1)));
    for (const offset of [1, sectorSize + 1, size, -sectorSize]) t.throws(() => partition.erase(offset));
    t.notThrows(() => partition.read(size - 10, 10));
    t.notThrows(() => partition.write(size - 16, new Uint8Array(16)));
    t.notThrows(() => partition.erase(size - sectorSize));
  });

  test(`${name}: what was read stays as it was read, and what was written is the bytes of that moment`, t => {
    const partition = make();
    const bytes = Uint8Array.of(1, 2, 3, 4);
    partition.write(0, bytes);
    bytes.fill(0);
    const read = partition.read(0, 4);
    t.deepEqual([...read], [1, 2, 3, 4]);
    partition.erase(0);
    t.deepEqual([...read], [1, 2, 3, 4]);
    read.fill(9);
    t.deepEqual([...partition.read(0, 4)], [255, 255, 255, 255]);
  });
}
