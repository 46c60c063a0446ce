/** Crash records as a chip writes them (native/chipCrash.c), and what it reads of the slot that does not run. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { slotState } from '../../../firmware/esp32/rollbackTest.js';
import { piecesOf } from '../../../firmware/esp32/slotLayout.js';
import { encodeImage } from '../../../firmware/store/imageHeader.js';
import { CRASH_BYTES } from '../../../firmware/store/partitionSizes.js';
import { keepCrash } from '../../../host-sim/node/board/crashWriter.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { hasCompiler, STRICT } from './compiler.js';

/** A slot of eight sectors with an image, as slotLayout.ts lays it out. */
function slotWith(image: Uint8Array): Uint8Array {
  const slot = new Uint8Array(8 * 4096).fill(0xff);
  for (const { at, from, length } of piecesOf(slot.length, 0, image.length))
    slot.set(image.subarray(from, from + length), at);
  return slot;
}

test('a chip records a crash of the image that ran, by its hash, in the bytes that every board writes', t => {
  if (!hasCompiler(t)) return;
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-chipCrash-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const firmware = join(repositoryRoot, 'firmware');
  const native = join(firmware, 'esp32', 'native');
  const [program, tests] = [join(folder, 'chipCrash'), join(repositoryRoot, 'test/firmware/esp32')];
  const sources = [
    ...[join(native, 'chipCrash.c'), join(native, 'crashRecord.c'), join(firmware, 'crypto/native/sha256.c')],
    join(tests, 'chipCrash.c'),
  ];
  const included = join(folder, 'app_update', 'include');
  mkdirSync(included, { recursive: true });
  writeFileSync(join(included, 'esp_ota_ops.h'), '#include "otaOps.h"\n');
  execFileSync(
    'cc',
    [...STRICT, `-I${native}`, `-I${join(tests, 'idf')}`, `-I${folder}`, ...sources, '-o', program],
    {
      stdio: 'pipe',
    },
  );
  const file = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const run = (a: Uint8Array, b: Uint8Array, state: number) => {
    const crash = file('crash', new Uint8Array(CRASH_BYTES).fill(0xff));
    const said = execFileSync(
      program,
      [file('a', a), file('b', b), crash, `${state}`, 'Error: x\n at f ()'],
      { encoding: 'utf8' },
    );
    return { said, written: new Uint8Array(readFileSync(crash)) };
  };
  const erased = new Uint8Array(8 * 4096).fill(0xff);
  // Less than a sector, one to the byte, and several.
  for (const length of [100, 4096 - 64, 20_000]) {
    const image = encodeImage(
      3,
      new Uint8Array(32),
      Uint8Array.from({ length }, (_, i) => i),
    );
    const expected = new MemoryPartition({ size: CRASH_BYTES, sectorSize: 4096 });
    const imageHash = new Uint8Array(createHash('sha256').update(image).digest());
    keepCrash(expected, { reason: 'exception', imageHash, uptime: 12, description: 'Error: x\n at f ()' });
    const { said, written } = run(slotWith(image), erased, slotState.none);
    t.deepEqual(written, expected.read(0, CRASH_BYTES));
    t.is(said, '0 0');
    const torn = slotWith(image).fill(0, 7 * 4096 + 48, 7 * 4096 + 52);
    t.is(run(slotWith(image), slotWith(image), slotState.valid).said, '1 1');
    t.is(run(slotWith(image), slotWith(image), slotState.aborted).said, '0 1');
    t.is(run(slotWith(image), torn, slotState.valid).said, '1 0', 'a header that is none');
    t.deepEqual(
      run(erased, slotWith(image), slotState.valid).written,
      new Uint8Array(CRASH_BYTES).fill(0xff),
    );
  }
});
