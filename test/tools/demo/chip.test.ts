/** The demonstration on an emulated chip, as far as it goes without ESP-IDF and the emulator: what it refuses, and says. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { flashFile } from '../../../host-sim/c3/emulator.js';
import { buildFiles } from '../../../tools/chip/buildCheck.js';
import { packApplication, unpackImage } from '../../../tools/chip/chipImage.js';
import { chipPartition, flashBytes } from '../../../tools/chip/partitions.js';
import { journalsOf, readJournal, writeJournal } from '../../../tools/demo/boardFlash.js';
import { atThisMachine, toBoard } from '../../../tools/demo/boardUrl.js';
import { findChipBuild } from '../../../tools/demo/chipBuild.js';
import { refuseMissingParts } from '../../../tools/demo/parts.js';
import { type Skipped, Steps } from '../../../tools/demo/steps.js';
import { writeBuild } from '../chip/espFiles.js';
import { inProcess, oneLineFailure } from '../support.js';

function folderOf(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-c3-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A build's folder under the names of npm run build:esp32. */
function built(t: ExecutionContext, network: 'wifi' | 'ethernet'): string {
  const folder = folderOf(t);
  writeBuild(folder, 'esp32c3');
  const settings = [
    'CONFIG_IDF_TARGET="esp32c3"',
    'CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE=y',
    'CONFIG_ESP_TASK_WDT_EN=y',
    'CONFIG_ESP_TASK_WDT_PANIC=y',
    'CONFIG_PARTITION_TABLE_OFFSET=0x10000',
    'CONFIG_PARTITION_TABLE_MD5=y',
    'CONFIG_ESPTOOLPY_FLASHSIZE_4MB=y',
    ...(network === 'ethernet' ? ['CONFIG_ETH_USE_OPENETH=y'] : []),
  ];
  writeFileSync(join(folder, buildFiles.settings), `${settings.join('\n')}\n`);
  return folder;
}

test('without an image for the chip, or with one for a radio, one line says which command builds it', t => {
  for (const folder of [folderOf(t), built(t, 'wifi')]) {
    const { code, message } = t.throws(() => findChipBuild(folder)) as Error & { code: string };
    t.is(code, 'part');
    t.regex(message, /build:esp32 -- --target esp32c3 --network ethernet builds one; it needs .* ESP-IDF\.$/);
  }
});

test('the image of a build becomes the flash of a new chip, under whatever version', t => {
  const build = findChipBuild(built(t, 'ethernet'));
  const directory = folderOf(t);
  const image = packApplication(build.application, 7, new Uint8Array(32).fill(1));
  t.is(unpackImage(image).header.version, 7);
  build.flash(directory, image);
  const { flash, names } = journalsOf(directory);
  t.deepEqual(names, ['journal'], 'a chip’s key store is not looked into');
  t.is(flash.open('journal').size, chipPartition('journal').size);
  t.true(readJournal(directory).every(byte => byte === 0xff));
});

test('a chip’s journal is read and put back in its place in the whole flash, and nothing else of it changes', t => {
  const directory = folderOf(t);
  const whole = new Uint8Array(flashBytes['4MB']).map((_, at) => at % 251);
  writeFileSync(flashFile(directory), whole);
  const { offset, size } = chipPartition('journal');
  const before = readJournal(directory);
  t.deepEqual(before, whole.slice(offset, offset + size));
  writeJournal(directory, new Uint8Array(size).fill(7));
  t.true(readJournal(directory).every(byte => byte === 7));
  writeJournal(directory, before);
  t.deepEqual(readJournal(directory), before);
});

test('a board in an emulator is told the address by which it reaches this machine, every other board the URL itself', async t => {
  const url = 'http://127.0.0.1:8545/path?at=127.0.0.1';
  t.is(await toBoard({ engine: 'c3' }, url), 'http://10.0.2.2:8545/path?at=127.0.0.1');
  t.is(await toBoard({ engine: 'c3' }, 'mqtt://localhost:1883'), 'mqtt://10.0.2.2:1883');
  t.is(await toBoard({ engine: 'c3' }, 'https://example.org/'), 'https://example.org/');
  t.is(await toBoard({ engine: 'node' }, url), url);
  t.is(atThisMachine('http://10.0.2.2:8545/path'), 'http://127.0.0.1:8545/path');
  t.is(atThisMachine(url), url);
  const between = async (given: string) => given.replace('8545', '9545');
  t.is(await toBoard({ between, engine: 'c3' }, 'http://127.0.0.1:8545'), 'http://10.0.2.2:9545');
});

test('a step that is left out is told with its reason, and is no step that came out well', t => {
  const told: Skipped[] = [];
  const nothing = () => {};
  const steps = new Steps({
    chapter: nothing,
    begin: nothing,
    end: nothing,
    skip: each => void told.push(each),
  });
  steps.skip('a step', 'the engine has no pins');
  t.deepEqual(told, [{ name: 'a step', reason: 'the engine has no pins' }]);
  t.deepEqual(steps.skipped, told);
  t.deepEqual(steps.all, []);
});

test('without an emulator the demonstration on a chip is refused before anything is set up, with the name of the variable', async t => {
  const named = process.env.HOLDFAST_QEMU_ESP32;
  delete process.env.HOLDFAST_QEMU_ESP32;
  t.teardown(() => {
    if (named !== undefined) process.env.HOLDFAST_QEMU_ESP32 = named;
  });
  const { code, message } = (await t.throwsAsync(refuseMissingParts({ engine: 'c3' }))) as Error & {
    code: string;
  };
  t.is(code, 'part');
  t.regex(message, /HOLDFAST_QEMU_ESP32 is not set/);
  const refused = oneLineFailure(t, await inProcess(['start', '--app', 'nowhere.ts', '--engine', 'c3']), 2);
  t.regex(refused, /linked by ESP-IDF/);
});
