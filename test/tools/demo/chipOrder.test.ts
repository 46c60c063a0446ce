/** The demonstration up to its first order, on a chip's own software. Neither ESP-IDF nor the emulator is Debian's: where they are missing, it says so. */
import { existsSync } from 'node:fs';
import test from 'ava';
import { EMULATOR_VARIABLE } from '../../../host-sim/c3/emulator.js';
import { findChipBuild } from '../../../tools/demo/chipBuild.js';
import { document, holdfast, temporaryDirectory } from '../support.js';

/** The reason why it cannot run here; undefined where it can. */
function missing(): string | undefined {
  const emulator = process.env[EMULATOR_VARIABLE];
  if (!emulator || !existsSync(emulator)) return `${EMULATOR_VARIABLE} names no emulator of an ESP32-C3`;
  try {
    findChipBuild();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

test('an emulated ESP32-C3 obeys its first order', async t => {
  const reason = missing();
  if (reason !== undefined) {
    t.log(`NOT RUN: ${reason}`);
    t.pass();
    return;
  }
  const args = ['demo', '--engine', 'c3', '--until', 'order', '--json'];
  const environment = { [EMULATOR_VARIABLE]: process.env[EMULATOR_VARIABLE]! };
  const ran = await holdfast(args, { cwd: temporaryDirectory(t), environment });
  const { ok, steps } = document(t, ran) as { ok: boolean; steps: { verdict: string }[] };
  t.true(ok);
  t.deepEqual(
    steps.map(({ verdict }) => verdict),
    ['accepted'],
  );
});
