import test from 'ava';
import type { Partition } from '../../../firmware/port/flash.js';
import { JournalFault, openJournal } from '../../../firmware/store/journal.js';
import { FaultyPartition, flipBits, Power, PowerCut } from '../../../host-sim/flash/faults.js';
import { Chance } from '../../../host-sim/node/chance.js';
import { type Geometry, MemoryPartition } from '../../../host-sim/node/flash/partition.js';
import { applyBatch, type Batch, contentsOf, randomBatch, randomProgram, wholeOf } from './powerCuts.js';

const small: Geometry = { size: 2048, sectorSize: 256 };

function run(partition: Partition, program: Batch[]): string {
  let model = new Map<number, Uint8Array>();
  const journal = openJournal(partition);
  for (const batch of program) {
    journal.put(batch);
    model = applyBatch(model, batch);
  }
  return contentsOf(model);
}

/** The journal with a program's state, in each half in turn. */
const images = [4, 11].map(length => {
  const partition = new MemoryPartition(small);
  const contents = run(partition, randomProgram(length, length, 4, 60));
  return { contents, bytes: wholeOf(partition) };
});

test('any single flipped bit is found or changes nothing; it never brings an older state back', t => {
  const seen = { restored: 0, lost: 0, blank: 0 };
  for (const { contents, bytes } of images) {
    t.is(contentsOf(openJournal(new MemoryPartition(small, bytes)).entries()), contents);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3] ^= 1 << (bit & 7);
      const journal = openJournal(new MemoryPartition(small, flipped));
      seen[journal.state]++;
      const expected = journal.state === 'restored' ? contents : '';
      if (contentsOf(journal.entries()) !== expected) t.fail(`bit ${bit} made other contents`);
    }
  }
  t.log(JSON.stringify(seen));
  t.is(seen.blank, 0);
  t.true(seen.restored > 0 && seen.lost > 0);
});

test('many flipped bits are found or change nothing', t => {
  const chance = new Chance(21);
  const seen = { restored: 0, lost: 0, blank: 0 };
  for (let round = 0; round < 3000; round++) {
    const { contents, bytes } = images[round % images.length];
    const flipped = Uint8Array.from(bytes);
    // One time anywhere, another all within a few bytes.
    const near = chance.below(bytes.length - 16);
    for (let i = 2 + chance.below(40); i > 0; i--) {
      const at = round % 3 === 0 ? near + chance.below(16) : chance.below(bytes.length);
      flipped[at] ^= 1 << chance.below(8);
    }
    const journal = openJournal(new MemoryPartition(small, flipped));
    seen[journal.state]++;
    const expected = journal.state === 'restored' ? contents : '';
    if (contentsOf(journal.entries()) !== expected) t.fail(`seed ${chance.seed}, round ${round}`);
  }
  t.log(JSON.stringify(seen));
  t.is(seen.blank, 0);
});

test('a sector that was erased or overwritten from outside is found', t => {
  for (const { contents, bytes } of images) {
    t.is(contentsOf(openJournal(new MemoryPartition(small, bytes)).entries()), contents);
    for (let sector = 0; sector < bytes.length; sector += small.sectorSize) {
      for (const value of [0xff, 0x00, 0x5a]) {
        const damaged = Uint8Array.from(bytes).fill(value, sector, sector + small.sectorSize);
        const journal = openJournal(new MemoryPartition(small, damaged));
        const expected = journal.state === 'restored' ? contents : '';
        t.is(contentsOf(journal.entries()), expected, `sector at ${sector}, ${value}`);
        t.not(journal.state, 'blank');
      }
    }
  }
});

test('a frame counts only in its own place', t => {
  const partition = new MemoryPartition(small);
  const journal = openJournal(partition);
  for (const value of [1, 2, 3]) journal.put([[value === 1 ? 2 : 1, new Uint8Array(8).fill(value)]]);
  const bytes = wholeOf(partition);
  // The snapshot of one entry, then two frames of 32 bytes.
  const first = 32 + 16;
  t.is(openJournal(new MemoryPartition(small, bytes)).get(1)?.[0], 3);
  bytes.copyWithin(first + 64, first, first + 32);
  t.is(openJournal(new MemoryPartition(small, bytes)).state, 'lost');
});

test('a frame that lost its beginning is found', t => {
  const partition = new MemoryPartition(small);
  const journal = openJournal(partition);
  for (const value of [1, 2, 3]) journal.put([[1, new Uint8Array(8).fill(value)]]);
  const bytes = wholeOf(partition);
  t.is(openJournal(new MemoryPartition(small, bytes)).get(1)?.[0], 3);
  for (const frame of [32 + 16, 32 + 16 + 32]) {
    const damaged = Uint8Array.from(bytes).fill(0xff, frame, frame + 16);
    t.is(openJournal(new MemoryPartition(small, damaged)).state, 'lost');
  }
});

test('a seal that a cut prevented is made good by the next start', t => {
  const power = new Power({ seed: 1 });
  const cells = new MemoryPartition(small);
  const partition = new FaultyPartition(cells, power);
  // Four erasures, the entry, the header; then the seal.
  power.cutAt(7, 'before');
  t.throws(() => openJournal(partition).put([[1, Uint8Array.of(1)]]), { instanceOf: PowerCut });
  power.restore();
  const seal = () => cells.read(24, 8);
  t.true(seal().every(byte => byte === 0xff));
  t.is(openJournal(partition).state, 'restored');
  t.false(seal().every(byte => byte === 0xff));
  // Cut in the next take-over, after its erasures; then the header decays.
  for (let at = 1024; at < 2048; at += 256) partition.erase(at);
  t.is(openJournal(new MemoryPartition(small, wholeOf(partition))).state, 'restored');
  flipBits(partition, 5, 1);
  t.is(openJournal(partition).state, 'lost');
});

test('a bit that flips after opening is never served as a value', t => {
  const { contents, bytes } = images[1];
  const expected = new Map(contents.split(' ').map(text => text.split(':') as [string, string]));
  const seen = { value: 0, fault: 0 };
  for (let bit = 0; bit < bytes.length * 8; bit += 5) {
    const partition = new MemoryPartition(small, bytes);
    const journal = openJournal(partition);
    flipBits(partition, bit >> 3, 1 << (bit & 7));
    for (const [key, value] of expected) {
      try {
        const found = journal.get(Number(key));
        seen.value++;
        if (!found || Buffer.from(found).toString('hex') !== value) t.fail(`bit ${bit}, key ${key}`);
      } catch (error) {
        if (!(error instanceof JournalFault) || error.fault !== 'unreadable') throw error;
        seen.fault++;
      }
    }
  }
  t.log(JSON.stringify(seen));
  t.true(seen.value > 0 && seen.fault > 0);
});

test('one wrong reading of the bus loses nothing', t => {
  const { contents, bytes } = images[1];
  for (let wrong = 1; wrong < 60; wrong++) {
    const partition = new MemoryPartition(small, bytes);
    let readings = 0;
    const stuttering: Partition = {
      size: partition.size,
      sectorSize: partition.sectorSize,
      read: (offset, length) => {
        const read = partition.read(offset, length);
        return ++readings === wrong ? read.map(byte => byte ^ 0x40) : read;
      },
      write: (offset, value) => partition.write(offset, value),
      erase: offset => partition.erase(offset),
    };
    const journal = openJournal(stuttering);
    t.is(journal.state, 'restored');
    t.is(contentsOf(journal.entries()), contents);
  }
});

/** Flash is worn only where nothing is stored yet, so that what is stored stays as it was. */
for (const [where, first] of [
  ['in the other half', 1024],
  ['in both halves', 256],
] as const) {
  test(`worn flash ${where} is found before a batch counts as stored, and what was stored stays right`, t => {
    const seen = { stored: 0, refused: 0, unusable: 0 };
    for (let seed = 1; seed <= 300; seed++) {
      const power = new Power({ seed });
      const partition = new FaultyPartition(new MemoryPartition(small), power);
      const journal = openJournal(partition);
      let model = applyBatch(new Map(), [[1, Uint8Array.of(1)]]);
      journal.put([...model]);
      for (let at = first; at < 2048; at += 256) partition.wearOut(at, power.chance.below(3));
      for (let round = 0; round < 40; round++) {
        const batch = randomBatch(power.chance, 4, 60);
        try {
          journal.put(batch);
          model = applyBatch(model, batch);
          seen.stored++;
        } catch (error) {
          if (!(error instanceof JournalFault)) throw error;
          seen.refused++;
        }
        t.is(contentsOf(journal.entries()), contentsOf(model), `seed ${seed}`);
      }
      try {
        const reopened = openJournal(partition);
        t.is(contentsOf(reopened.entries()), contentsOf(model), `seed ${seed}: ${reopened.state}`);
      } catch (error) {
        if (!(error instanceof JournalFault)) throw error;
        seen.unusable++;
      }
    }
    t.log(JSON.stringify(seen));
    t.true(seen.stored > 0 && seen.refused > 0);
  });
}

test('a batch that was refused over one wrong reading is not there after a restart, a stored one is', t => {
  const seen = { stored: 0, refused: 0 };
  for (const fill of [1, 8]) {
    for (let wrong = 1; ; wrong++) {
      const partition = new MemoryPartition(small);
      let readings = Number.NEGATIVE_INFINITY;
      const journal = openJournal({
        size: partition.size,
        sectorSize: partition.sectorSize,
        read: (offset, length) => {
          const read = partition.read(offset, length);
          return ++readings === wrong ? read.map(byte => byte ^ 0x04) : read;
        },
        write: (offset, value) => partition.write(offset, value),
        erase: offset => partition.erase(offset),
      });
      // With eight of them the next batch finds its half full.
      for (let i = 0; i < fill; i++) journal.put([[i % 2, new Uint8Array(100).fill(i)]]);
      const before = contentsOf(journal.entries());
      readings = 0;
      let stored = true;
      try {
        journal.put([[1, new Uint8Array(200).fill(9)]]);
      } catch (error) {
        if (!(error instanceof JournalFault)) throw error;
        stored = false;
      }
      if (readings < wrong) break;
      readings = Number.NEGATIVE_INFINITY;
      seen[stored ? 'stored' : 'refused']++;
      const after = contentsOf(journal.entries());
      t.is(after === before, !stored);
      t.is(contentsOf(openJournal(partition).entries()), after, `reading ${wrong} after ${fill}`);
    }
  }
  t.log(JSON.stringify(seen));
  t.true(seen.stored > 0 && seen.refused > 0);
});
