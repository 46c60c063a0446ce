/** The mark of the slot that does not run, taken away by native/forgetOther.c as the bootloader's stand-in takes it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { FakeBootloader } from './bootloader.js';
import { hasCompiler, STRICT } from './compiler.js';

const NONE = 0xffff_ffff;
const INVALID_STATE = 0x103;

/** All pairs of entries that name either slot or none, and what runs beside them. */
function everyCase(): { running: 0 | 1; sequences: [number, number] }[] {
  const each = [NONE, 1, 2, 3, 4, 5, 6];
  return each.flatMap(first =>
    each.flatMap(second =>
      first === second && first !== NONE
        ? []
        : ([0, 1] as const).map(running => ({
            running,
            sequences: [first, second] as [number, number],
          })),
    ),
  );
}

const counts = ([first, second]: readonly number[]): 0 | 1 => {
  const named = [first, second].filter(sequence => sequence !== NONE);
  return named.length === 0 ? 0 : (((Math.max(...named) - 1) % 2) as 0 | 1);
};

test('a chip forgets the slot that does not run, and a board that was never updated has nothing to forget', t => {
  if (!hasCompiler(t)) return;
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-forgetOther-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const native = join(repositoryRoot, 'firmware', 'esp32', 'native');
  const [program, tests] = [join(folder, 'forgetOther'), join(repositoryRoot, 'test/firmware/esp32')];
  mkdirSync(join(folder, 'app_update', 'include'), { recursive: true });
  writeFileSync(join(folder, 'app_update', 'include', 'esp_ota_ops.h'), '#include "otaOps.h"\n');
  const sources = [join(native, 'forgetOther.c'), join(tests, 'forgetOther.c')];
  const folders = [native, join(tests, 'idf'), tests, folder].map(path => `-I${path}`);
  execFileSync('cc', [...STRICT, ...folders, ...sources, '-o', program], { stdio: 'pipe' });

  const cases = everyCase();
  const input = cases.map(({ running, sequences }) => [running, counts(sequences), ...sequences].join(' '));
  const said = execFileSync(program, { input: input.join('\n'), encoding: 'utf8' })
    .trim()
    .split('\n');
  t.is(said.length, cases.length);
  let erased = 0;
  for (const [i, { running, sequences }] of cases.entries()) {
    const [error, ...left] = said[i].split(' ').map(Number);
    if (counts(sequences) !== running) {
      t.deepEqual([error, ...left], [INVALID_STATE, ...sequences], 'the entry that counts stays');
      continue;
    }
    const fake = new FakeBootloader();
    fake.running = running;
    fake.entries = sequences.map(sequence =>
      sequence === NONE ? undefined : { sequence, state: 'valid' as const },
    );
    t.is(fake.functions().chipForgetOther(), 0);
    const expected = fake.entries.map(entry => entry?.sequence ?? NONE);
    t.deepEqual([error, ...left], [0, ...expected], input[i]);
    if (expected.some((sequence, place) => sequence !== sequences[place])) erased++;
  }
  t.true(erased > 0);
  // A blank chip's first start leaves this, and the test of its bootloader adds an entry of the same slot.
  for (const fresh of ['0 0 1 4294967295', '0 0 1 3']) t.regex(said[input.indexOf(fresh)], /^0 /);
});
