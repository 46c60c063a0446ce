import test from 'ava';
import fc from 'fast-check';
import {
  BATCH_BYTES_MAX,
  type Journal,
  JournalLimit,
  openJournal,
  VALUE_BYTES_MAX,
} from '../../../firmware/store/journal.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';
import { partitionTable } from '../../../host-sim/node/flash/table.js';
import { applyBatch, type Batch, contentsOf, wholeOf } from './powerCuts.js';

const small = { size: 2048, sectorSize: 256 };
const bytes = (length: number, value = 7) => new Uint8Array(length).fill(value);

const anyBatch: fc.Arbitrary<Batch> = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 255 }), fc.option(fc.uint8Array({ maxLength: 70 }), { nil: undefined })),
  { maxLength: 6 },
);

test('it holds what a Map would hold, before and after every restart', t => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyBatch, fc.boolean()), { maxLength: 60 }), program => {
      const partition = new MemoryPartition(small);
      let journal = openJournal(partition);
      let model = new Map<number, Uint8Array>();
      for (const [batch, restart] of program) {
        const next = applyBatch(model, batch);
        try {
          journal.put(batch);
          model = next;
        } catch (error) {
          if (!(error instanceof JournalLimit) || error.limit !== 'capacity') throw error;
        }
        const { used } = journal;
        if (restart) journal = openJournal(partition);
        if (journal.used !== used) return false;
        if (contentsOf(journal.entries()) !== contentsOf(model)) return false;
      }
      return true;
    }),
    { numRuns: 300 },
  );
  t.pass();
});

test('it says what it found: blank, then restored', t => {
  const partition = new MemoryPartition(partitionTable.journal);
  const first = openJournal(partition);
  t.is(first.state, 'blank');
  t.is(first.get(1), undefined);
  first.put([[1, bytes(3)]]);
  t.is(first.state, 'blank', 'the state is what was found');
  const second = openJournal(partition);
  t.is(second.state, 'restored');
  t.deepEqual(second.get(1), bytes(3));
});

test('opening a blank partition, storing nothing and deleting what is absent do not touch the flash', t => {
  const partition = new MemoryPartition(small);
  const journal = openJournal(partition);
  journal.put([]);
  journal.put([[3, undefined]]);
  t.true(wholeOf(partition).every(byte => byte === 0xff));
  t.is(openJournal(partition).state, 'blank');
});

test('opening a whole journal again changes no byte', t => {
  const partition = new MemoryPartition(small);
  const journal = openJournal(partition);
  for (let i = 0; i < 40; i++) journal.put([[i % 3, bytes(40, i)]]);
  const before = wholeOf(partition);
  t.is(openJournal(partition).state, 'restored');
  t.deepEqual(wholeOf(partition), before);
});

function refusedAs(t: { is(a: unknown, b: unknown): void }, journal: Journal, batch: Batch): string {
  const before = contentsOf(journal.entries());
  try {
    journal.put(batch);
  } catch (error) {
    t.is(contentsOf(journal.entries()), before);
    return error instanceof JournalLimit ? error.limit : String(error);
  }
  return 'stored';
}

test('what exceeds a limit is refused and changes nothing; what just meets it is stored', t => {
  const journal = openJournal(new MemoryPartition(partitionTable.journal));
  t.is(refusedAs(t, journal, [[256, bytes(1)]]), 'key');
  t.is(refusedAs(t, journal, [[-1, bytes(1)]]), 'key');
  t.is(refusedAs(t, journal, [[0.5, bytes(1)]]), 'key');
  t.is(refusedAs(t, journal, [[255, bytes(1)]]), 'stored');
  t.is(refusedAs(t, journal, [[1, bytes(VALUE_BYTES_MAX + 1)]]), 'value');
  t.is(refusedAs(t, journal, [[1, bytes(VALUE_BYTES_MAX)]]), 'stored');
  const two: Batch = [
    [1, bytes(VALUE_BYTES_MAX)],
    [2, bytes(VALUE_BYTES_MAX)],
  ];
  const rest = BATCH_BYTES_MAX - 2 * (VALUE_BYTES_MAX + 8) - 8;
  t.is(refusedAs(t, journal, [...two, [3, bytes(rest + 1)]]), 'batch');
  t.is(refusedAs(t, journal, [...two, [3, bytes(rest)]]), 'stored');
  t.is(refusedAs(t, journal, [[1, undefined], ...two, [4, bytes(rest)]]), 'stored');
});

test('a full journal refuses more, and still takes replacements and deletions', t => {
  for (const geometry of [partitionTable.identity, partitionTable.journal]) {
    const journal = openJournal(new MemoryPartition(geometry));
    let stored = 0;
    while (refusedAs(t, journal, [[stored, bytes(200)]]) === 'stored') stored++;
    t.is(stored, Math.floor(journal.capacity / 208));
    t.is(refusedAs(t, journal, [[stored, bytes(200)]]), 'capacity');
    for (let i = 0; i < 200; i++) t.is(refusedAs(t, journal, [[i % stored, bytes(200, i)]]), 'stored');
    t.is(refusedAs(t, journal, [[0, undefined]]), 'stored');
    t.is(refusedAs(t, journal, [[stored, bytes(200)]]), 'stored');
    t.true(journal.used <= journal.capacity);
  }
});

test("a value of a read is the reader's own", t => {
  const journal = openJournal(new MemoryPartition(small));
  const value = bytes(4);
  journal.put([[1, value]]);
  value.fill(0);
  journal.get(1)!.fill(0);
  t.deepEqual(journal.get(1), bytes(4));
});

test('wear: sectors are erased evenly, no oftener than the log fills, and the count is right', t => {
  for (const share of [0, 0.5, 1]) {
    const partition = new MemoryPartition(partitionTable.journal);
    const journal = openJournal(partition);
    for (let key = 10; journal.used + 608 < share * journal.capacity; key++) journal.put([[key, bytes(500)]]);
    const begun = journal.wear;
    const puts = 2000;
    for (let i = 0; i < puts; i++) journal.put([[1, bytes(100, i)]]);
    const written = puts * (16 + 8 + 100);
    const free = partition.size / 2 - 32 - journal.used;
    const most = Math.max(...partition.erasures);
    t.true(most - Math.min(...partition.erasures) <= 1);
    t.true(
      most <= begun + Math.ceil(written / (free - 124) / 2) + 1,
      `${most} for ${written} bytes in ${free}`,
    );
    t.is(journal.wear, most);
    t.log(
      `${puts} batches of 100 bytes, ${Math.round(share * 100)} % full: ${most - begun} erasures a sector`,
    );
  }
});

test('opening again and again wears nothing', t => {
  const partition = new MemoryPartition(small);
  openJournal(partition).put([[1, bytes(3)]]);
  const erasures = [...partition.erasures];
  for (let i = 0; i < 50; i++) openJournal(partition);
  t.deepEqual(partition.erasures, erasures);
});

test('a geometry without two halves is misuse', t => {
  t.throws(() => openJournal(new MemoryPartition({ size: 4096, sectorSize: 4096 })), {
    instanceOf: RangeError,
  });
  t.throws(() => openJournal(new MemoryPartition({ size: 1024, sectorSize: 256 })), {
    instanceOf: RangeError,
  });
  t.notThrows(() => openJournal(new MemoryPartition({ size: 8192, sectorSize: 4096 })));
});

test('a journal of 64 KiB is told to its last byte, and a larger one is misuse: places have 16 bits', t => {
  t.throws(() => openJournal(new MemoryPartition({ size: 73_728, sectorSize: 4096 })), {
    instanceOf: RangeError,
  });
  const partition = new MemoryPartition({ size: 65_536, sectorSize: 4096 });
  const journal = openJournal(partition);
  const value = (n: number) => new Uint8Array(1000).fill(n);
  for (let n = 0; n < 300; n++) {
    journal.put([[n % 20, value(n & 255)]]);
    t.deepEqual(journal.get(n % 20), value(n & 255));
  }
  const again = openJournal(partition);
  for (let n = 280; n < 300; n++) t.deepEqual(again.get(n % 20), value(n & 255));
});
