import vm from 'node:vm';
import test from 'ava';
import fc from 'fast-check';
import { FlashMisuse, MemoryPartition } from '../../../../host-sim/node/flash/partition.js';

const geometry = { size: 1024, sectorSize: 256 };

test('a write clears bits and nothing else; an erase sets its sector and nothing else', t => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(1023), fc.uint8Array({ maxLength: 40 }), fc.boolean()), { maxLength: 40 }),
      operations => {
        const partition = new MemoryPartition(geometry);
        const model = new Array<number>(1024).fill(0xff);
        for (const [at, bytes, erase] of operations) {
          if (erase) {
            const sector = at - (at % 256);
            partition.erase(sector);
            model.fill(0xff, sector, sector + 256);
          } else {
            // What NOR would hold afterwards is a legal thing to write.
            const room = bytes.subarray(0, 1024 - at).map((byte, i) => byte & model[at + i]);
            partition.write(at, room);
            room.forEach((byte, i) => {
              model[at + i] = byte;
            });
          }
        }
        return partition.read(0, 1024).every((byte, i) => byte === model[i]);
      },
    ),
  );
  t.pass();
});

test('setting a bit by a write is found; clearing one is not misuse', t => {
  const partition = new MemoryPartition(geometry);
  partition.write(10, Uint8Array.of(0xf0));
  t.throws(() => partition.write(10, Uint8Array.of(0xf1)), { instanceOf: FlashMisuse });
  t.deepEqual(partition.read(10, 1), Uint8Array.of(0xf0));
  t.notThrows(() => partition.write(10, Uint8Array.of(0x70)));
});

test('a range beyond the partition and an erase inside a sector are found', t => {
  const partition = new MemoryPartition(geometry);
  for (const [offset, length] of [
    [1000, 25],
    [-1, 2],
    [0, -1],
    [0.5, 1],
    [Number.NaN, 1],
  ]) {
    t.throws(() => partition.read(offset, length), { instanceOf: FlashMisuse });
  }
  t.notThrows(() => partition.read(1000, 24));
  t.throws(() => partition.write(1020, new Uint8Array(5)), { instanceOf: FlashMisuse });
  for (const offset of [1, 1024, -256]) t.throws(() => partition.erase(offset), { instanceOf: FlashMisuse });
  t.notThrows(() => partition.erase(768));
});

test('what is read is a copy, and a typed array of the realm that asked', t => {
  const realm = vm.runInContext('({ Uint8Array })', vm.createContext());
  const partition = new MemoryPartition(geometry, undefined, realm);
  const bytes = partition.read(0, 4);
  t.true(bytes instanceof realm.Uint8Array);
  t.false(bytes instanceof Uint8Array);
  bytes.fill(0);
  t.deepEqual([...partition.read(0, 4)], [255, 255, 255, 255]);
});

test('erasures are counted per sector', t => {
  const partition = new MemoryPartition(geometry);
  partition.erase(256);
  partition.erase(256);
  partition.erase(512);
  t.deepEqual(partition.erasures, [0, 2, 1, 0]);
});
