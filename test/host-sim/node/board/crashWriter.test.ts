import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { CRASH_REASONS, type CrashReason } from '../../../../firmware/port/crash.js';
import type { Partition } from '../../../../firmware/port/flash.js';
import {
  crashPlaces,
  PLACE_BYTES,
  REPEATED,
  readCrash,
  tellCrash,
  untoldCrash,
} from '../../../../firmware/store/crashRecord.js';
import { CRASH_BYTES } from '../../../../firmware/store/partitionSizes.js';
import { tornErase, tornWrite } from '../../../../host-sim/flash/tear.js';
import { type Crash, keepCrash } from '../../../../host-sim/node/board/crashWriter.js';
import { MemoryPartition } from '../../../../host-sim/node/flash/partition.js';
import { repositoryRoot } from '../../../../host-sim/node/repository.js';
import { seededChance } from '../../../../host-sim/world/seed.js';
import { holds } from '../../../fakes/holds.js';
import { hasCompiler, STRICT } from '../../../firmware/esp32/compiler.js';

const geometry = { size: CRASH_BYTES, sectorSize: 4096 };
const image = (byte: number) => new Uint8Array(32).fill(byte);
const crash = (description: string, more: Partial<Crash> = {}): Crash => ({
  ...{ reason: 'exception', imageHash: image(1), uptime: 7, description },
  ...more,
});
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const read = (partition: Partition) =>
  Array.from({ length: crashPlaces(partition) }, (_, place) => readCrash(partition, place)).filter(
    record => record !== undefined,
  );
const newest = (partition: Partition) => read(partition).sort((a, b) => b.number - a.number)[0];

test('a crash is kept with its reason, image, uptime and a bounded trace; of a message its first line', t => {
  const flash = new MemoryPartition(geometry);
  const frames = Array.from({ length: 40 }, (_, i) => `    at frame${i} (image:1:${i})`).join('\n');
  const description = `Error: no p\u00e4ssword\nsecret second line\n${frames}`;
  keepCrash(flash, crash(description, { reason: 'rejection', uptime: 12.9 }));
  const [record, ...more] = read(flash);
  t.is(more.length, 0);
  t.like(record, { number: 1, count: 1, told: 0, uptime: 12, reason: CRASH_REASONS.indexOf('rejection') });
  t.deepEqual(record.imageHash, image(1));
  const lines = text(record.text).split('\n');
  t.deepEqual(lines.slice(0, 3), ['Error: no p?ssword', 'at frame0 (image:1:0)', 'at frame1 (image:1:1)']);
  t.true(record.text.length <= 560 && record.text.length > 500);
  t.false(text(record.text).includes('secret'));
  keepCrash(flash, crash('x'.repeat(5000), { uptime: 1e15 }));
  t.like(newest(flash), { number: 2, uptime: 0xffffffff });
  t.is(newest(flash).text.length, 160);
});

test('the same crash again is a mark, and no more than the record has room for until it is published', t => {
  const flash = new MemoryPartition(geometry);
  for (let i = 0; i < 100; i++) keepCrash(flash, crash('again'));
  t.is(read(flash).length, 1);
  t.like(newest(flash), { number: 1, count: 1 + REPEATED.marks });
  t.deepEqual(
    flash.erasures,
    [1, 0, 0, 0],
    'a board that crashes at every start and reaches nobody wears nothing',
  );
  const { place, record } = untoldCrash(flash)!;
  t.true(tellCrash(flash, place, record));
  t.is(untoldCrash(flash), undefined);
  keepCrash(flash, crash('again'));
  t.like(
    newest(flash),
    { number: 2 + REPEATED.marks, count: 1 },
    'published, the next is a record of its own',
  );
  keepCrash(flash, crash('another'));
  t.like(newest(flash), { number: 3 + REPEATED.marks, count: 1 });
  t.is(untoldCrash(flash)!.record.number, 2 + REPEATED.marks, 'the oldest first');
});

test('what is published is not published again, and each crash after it is', t => {
  const flash = new MemoryPartition(geometry);
  let published = 0;
  for (let i = 0; i < 3 * REPEATED.marks; i++) {
    keepCrash(flash, crash('again'));
    const { place, record } = untoldCrash(flash)!;
    published = record.number + record.count - 1;
    t.is(published, i + 1);
    t.true(tellCrash(flash, place, record));
    t.is(untoldCrash(flash), undefined);
  }
});

test('a thousand different crashes wear each sector alike, and the newest are kept', t => {
  const flash = new MemoryPartition(geometry);
  for (let i = 1; i <= 1000; i++) keepCrash(flash, crash(`number ${i}`));
  t.deepEqual(flash.erasures, [63, 63, 62, 62]);
  const numbers = read(flash).map(({ number }) => number);
  t.is(Math.max(...numbers), 1000);
  t.true(numbers.length > CRASH_BYTES / PLACE_BYTES - 4);
  for (const { number, text: kept } of read(flash)) t.is(text(kept), `number ${number}`);
});

test('junk in the partition is no record, and does not keep the next crash from being kept', t => {
  holds(
    t,
    fc.property(
      fc.uint8Array({ minLength: CRASH_BYTES, maxLength: CRASH_BYTES }),
      fc.boolean(),
      (junk, zero) => {
        const flash = new MemoryPartition(geometry, zero ? junk.fill(0) : junk);
        t.is(untoldCrash(flash), undefined);
        keepCrash(flash, crash('the first'));
        t.is(text(newest(flash).text), 'the first');
      },
    ),
    { numRuns: 10 },
  );
  const none = new MemoryPartition({ size: 0, sectorSize: 4096 });
  keepCrash(none, crash('nowhere'));
  t.is(untoldCrash(none), undefined, 'a table without the partition');
});

/** A flash whose power fails in the n-th write or erase. */
function cutting(
  flash: MemoryPartition,
  at: number,
  seed: number,
): Partition & { operations: number; isOff: boolean } {
  const chance = seededChance(seed, 'crash');
  const cut = {
    operations: 0,
    isOff: false,
    size: flash.size,
    sectorSize: flash.sectorSize,
    read: (offset: number, length: number) => flash.read(offset, length),
    write(offset: number, bytes: Uint8Array) {
      if (cut.isOff) throw new PowerCut();
      if (++cut.operations !== at) return flash.write(offset, bytes);
      const before = flash.read(offset, bytes.length);
      const { cells, unstable } = tornWrite(before, bytes, offset, chance);
      flash.write(
        offset,
        cells.map((cell, i) => cell & ~(unstable[i] & chance.byte()) & before[i]),
      );
      cut.isOff = true;
      throw new PowerCut();
    },
    erase(offset: number) {
      if (cut.isOff) throw new PowerCut();
      if (++cut.operations !== at) return flash.erase(offset);
      const before = flash.read(offset, flash.sectorSize);
      const { cells, unstable } = tornErase(before, chance);
      flash.erase(offset);
      flash.write(
        offset,
        cells.map((cell, i) => cell & ~(unstable[i] & chance.byte())),
      );
      cut.isOff = true;
      throw new PowerCut();
    },
  };
  return cut;
}

class PowerCut extends Error {}

test('a power cut at each operation leaves the record or none, those before it, and room for the next', t => {
  let cuts = 0;
  for (let before = 0; before < 20; before++) {
    for (let seed = 0; seed < 12; seed++) {
      for (let at = 1; at <= 2; at++) {
        const flash = new MemoryPartition(geometry);
        for (let i = 1; i <= before; i++) keepCrash(flash, crash(`number ${i}`));
        const cut = cutting(flash, at, 100 * before + seed);
        const kept = new Set(read(flash).map(({ number }) => number));
        try {
          keepCrash(cut, crash('cut'));
        } catch (error) {
          if (!(error instanceof PowerCut)) throw error;
        }
        if (cut.operations < at) continue;
        cuts++;
        for (const { number, text: words } of read(flash))
          t.is(text(words), number > before ? 'cut' : `number ${number}`);
        const lost = [...kept].filter(number => !read(flash).some(record => record.number === number));
        t.true(lost.length <= 4 && lost.every(number => number <= before - 12), `${lost} of ${before}`);
        keepCrash(flash, crash('after'));
        t.is(text(newest(flash).text), 'after');
      }
    }
  }
  t.true(cuts > 240, `${cuts}`);
});

const cRun = (t: ExecutionContext, folder: string): ((...all: string[]) => string) | undefined => {
  if (!hasCompiler(t)) return undefined;
  const native = join(repositoryRoot, 'firmware/esp32/native');
  const driver = join(repositoryRoot, 'test/host-sim/node/board/crashRecord.c');
  const program = join(folder, 'crashRecord');
  const sources = [join(native, 'crashRecord.c'), driver];
  execFileSync('cc', [...STRICT, `-I${native}`, ...sources, '-o', program], { stdio: 'pipe' });
  return (...all) => execFileSync(program, all, { encoding: 'latin1' });
};

test('the same in C, byte for byte, from a fresh partition and from junk', t => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-crash-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const run = cRun(t, folder);
  if (!run) return;
  const file = join(folder, 'crash.flash');
  const descriptions = fc.oneof(
    fc.constantFrom('', 'a', 'Error: b\n    at c (image:1:2)\n at d ()', '\n\n at \n', 'x'.repeat(700)),
    fc
      .array(
        fc.constantFrom('Error', '\n', ' ', 'at ', '    at f (image:1:', 'y'.repeat(90), '\u00e4', '~', '\t'),
        {
          maxLength: 60,
        },
      )
      .map(parts => parts.join('')),
  );
  const oneCrash = fc.record({
    reason: fc.constantFrom(...CRASH_REASONS),
    uptime: fc.nat(0xffffffff),
    image: fc.nat(1),
    description: descriptions,
    times: fc.constantFrom(1, 1, 2, 14),
    tells: fc.boolean(),
  });
  const start = fc.option(fc.uint8Array({ minLength: CRASH_BYTES, maxLength: CRASH_BYTES }), { freq: 6 });
  holds(
    t,
    fc.property(start, fc.array(oneCrash, { minLength: 1, maxLength: 12 }), (junk, crashes) => {
      const flash = new MemoryPartition(geometry, junk ?? undefined);
      for (const { description, image: byte, reason, tells, times, uptime } of crashes) {
        writeFileSync(file, flash.read(0, flash.size));
        const words = [`${CRASH_REASONS.indexOf(reason)}`, `${uptime}`, `${byte}`];
        // Beyond ASCII one host counts bytes and the other characters: both say nothing of them but that they are there.
        const ascii = description.replace(/[^\n -~]/g, '?');
        run(file, ...Array.from({ length: times }, () => [...words, ascii]).flat());
        const given = { description: ascii, imageHash: image(byte), reason: reason as CrashReason, uptime };
        for (let i = 0; i < times; i++) keepCrash(flash, given);
        t.deepEqual(new Uint8Array(readFileSync(file)), flash.read(0, flash.size));
        const untold = tells && untoldCrash(flash);
        if (untold) tellCrash(flash, untold.place, untold.record);
      }
    }),
    { numRuns: 15 },
  );
});
