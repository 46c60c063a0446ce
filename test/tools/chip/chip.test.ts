import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { sectorSize } from '../../../firmware/esp32/slotLayout.js';
import { type Manifest, parseManifest } from '../../../firmware/update/manifest.js';
import { requiredVersion, revisionFault } from '../../../firmware/update/manifestFields.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { targets } from '../../../tools/chip/chips.js';
import { chipPartition, flashBytes } from '../../../tools/chip/partitions.js';
import { phraseOf, secureSteps } from '../../../tools/chip/steps.js';
import { readImage, readManifest } from '../../../tools/release/imageFacts.js';
import { document, inProcess, oneLineFailure } from '../support.js';
import { applicationParts, espFile, tableFor, writeBuild } from './espFiles.js';

const hardware = `0x${'07'.repeat(32)}`;

function place(t: { teardown(call: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-chip-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  writeBuild(folder, 'esp32c3');
  return folder;
}

test('an application becomes an image, and the pieces a flasher writes are those that the firmware reads', async t => {
  const folder = place(t);
  const out = join(folder, 'first.img');
  const arguments_ = [
    'chip',
    'image',
    join(folder, 'xs_esp32.bin'),
    '--version',
    '3',
    '--hardware',
    hardware,
    ...['--revisions', '2-4,7'],
  ];
  const ran = await inProcess([...arguments_, '--out', out, '--parts', '--json']);
  t.is(ran.status, 0, ran.stderr);
  const size = 4096 + readFileSync(join(folder, 'xs_esp32.bin')).length;
  t.like(document(t, ran), { ok: true, version: 3, size, target: 'esp32c3', idf: 'v6.0' });
  t.is(readFileSync(`${out}.header.bin`).length, sectorSize);
  t.deepEqual(readFileSync(`${out}.application.bin`), readFileSync(join(folder, 'xs_esp32.bin')));
  const image = readFileSync(out);
  t.notThrows(
    () => readManifest(readFileSync(`${out}.manifest`), image, readImage(image)),
    'it can be published',
  );
  const revisions = [
    [2, 4],
    [7, 7],
  ];
  t.like(JSON.parse(readFileSync(`${out}.json`, 'utf8')), { revisions });
  const head = parseManifest(readFileSync(`${out}.manifest`));
  const { fields } = (head as { value: Manifest }).value;
  t.is(revisionFault(fields, 7), undefined);
  t.not(revisionFault(fields, 5), undefined);
  oneLineFailure(t, await inProcess([...arguments_, '--out', out]), 1);

  const build = ['--build', folder, '--target', 'esp32c3'];
  const flashed = await inProcess(['chip', 'flash', out, ...build, '--json']);
  const { done, steps } = document(t, flashed) as unknown as {
    done: boolean;
    steps: { command: string[] }[];
  };
  t.false(done);
  t.is(steps.length, 1);
  const words = steps[0].command;
  const at = (offset: number) => words[words.indexOf(`0x${offset.toString(16)}`) + 1];
  const slot = chipPartition('ota_0');
  t.deepEqual(readFileSync(at(slot.offset)), readFileSync(`${out}.application.bin`));

  // The same as one file, for an emulator: each piece where the flasher would write it, and all else erased.
  const file = join(folder, 'flash.bin');
  t.is((await inProcess(['chip', 'flash', out, ...build, '--file', file])).status, 0);
  const whole = readFileSync(file);
  t.is(whole.length, flashBytes['4MB']);
  for (let i = words.indexOf('write-flash') + 1; i < words.length; i += 2) {
    const piece = readFileSync(words[i + 1]);
    const offset = Number(words[i]);
    t.deepEqual(whole.subarray(offset, offset + piece.length), piece, words[i]);
    whole.fill(0xff, offset, offset + piece.length);
  }
  t.true(whole.every(byte => byte === 0xff));
  oneLineFailure(t, await inProcess(['chip', 'flash', out, ...build, '--file', file, '--run']), 2);
  t.deepEqual(readFileSync(at(slot.offset + slot.size - sectorSize)), readFileSync(`${out}.header.bin`));
  t.is(at(0), join(folder, 'bootloader.bin'));
  t.is(at(0x10000), join(folder, 'partition-table.bin'));
});

test('what is no application, too long for a slot, or no image for a chip is refused in one line', async t => {
  const folder = place(t);
  const out = join(folder, 'x.img');
  const wrong = join(folder, 'wrong.bin');
  writeFileSync(wrong, 'no application');
  const rest = ['--version', '1', '--hardware', hardware, '--out', out];
  t.regex(oneLineFailure(t, await inProcess(['chip', 'image', wrong, ...rest]), 1), /0xE9/);
  const long = applicationParts('esp32c3', '4MB', chipPartition('ota_0').size);
  writeFileSync(join(folder, 'long.bin'), espFile(long));
  t.regex(
    oneLineFailure(t, await inProcess(['chip', 'image', join(folder, 'long.bin'), ...rest]), 1),
    /slot has room/,
  );
  const flash = ['chip', 'flash', wrong, '--build', folder, '--target', 'esp32'];
  t.regex(oneLineFailure(t, await inProcess(flash), 1), /not an image/);
});

test('the manifest of a chip’s image names the version that must run before it, and none that comes later', async t => {
  const folder = place(t);
  const out = join(folder, 'second.img');
  const image = ['chip', 'image', join(folder, 'xs_esp32.bin'), '--version', '2', '--hardware', hardware];
  oneLineFailure(t, await inProcess([...image, '--requires', '2', '--out', out]), 2);
  t.is((await inProcess([...image, '--requires', '1', '--out', out])).status, 0);
  const manifest = parseManifest(readFileSync(`${out}.manifest`));
  t.is(manifest.verdict === 'accepted' && requiredVersion(manifest.value.fields), 1);
  t.is(JSON.parse(readFileSync(`${out}.json`, 'utf8')).requires, 1);
});

test('a missing file of the build is named, with the command that makes it', async t => {
  const folder = place(t);
  const out = join(folder, 'first.img');
  await inProcess([
    'chip',
    'image',
    join(folder, 'xs_esp32.bin'),
    '--version',
    '1',
    '--hardware',
    hardware,
    '--out',
    out,
  ]);
  rmSync(join(folder, 'bootloader.bin'));
  const ran = await inProcess(['chip', 'flash', out, '--build', folder, '--target', 'esp32s3']);
  t.regex(oneLineFailure(t, ran, 1), /bootloader\.bin.*build:esp32/);
});

test('the table of the build says where an image goes; one that fits nothing else of the build is refused', async t => {
  const folder = place(t);
  writeBuild(folder, 'esp32', '8MB');
  const out = join(folder, 'first.img');
  const image = ['chip', 'image', join(folder, 'xs_esp32.bin'), '--version', '1', '--hardware', hardware];
  t.is((await inProcess([...image, '--out', out])).status, 0);
  oneLineFailure(t, await inProcess([...image, '--out', `${out}.c3`, '--target', 'esp32c3']), 1);
  const flash = ['chip', 'flash', out, '--build', folder, '--target', 'esp32', '--json'];
  const ran = document(t, await inProcess(flash)) as unknown as {
    flash: string;
    steps: { command: string[] }[];
  };
  t.is(ran.flash, '8MB');
  const slot = chipPartition('ota_0', '8MB');
  const words = ran.steps[0].command;
  t.true(words.includes('0x1000'), 'the ROM of an ESP32 looks there for the bootloader');
  t.true(words.includes(`0x${(slot.offset + slot.size - sectorSize).toString(16)}`));
  writeFileSync(join(folder, 'partition-table.bin'), tableFor('16MB'));
  const other = await inProcess(flash);
  t.is(other.status, 1);
  t.like(JSON.parse(other.stdout), { ok: false, error: { code: 'bootloader' } });
});

const secure = (folder: string) => [
  ...['chip', 'secure', '--target', 'esp32c3', '--keys', folder, '--build', folder],
  ...['--version', '1', '--hardware', hardware],
];

test('locking a chip is only described unless it is asked for; one step of it is marked as for ever', async t => {
  const folder = place(t);
  const ran = await inProcess(secure(folder));
  t.is(ran.status, 0);
  t.regex(ran.stdout, /Nothing was done/);
  t.is(ran.stdout.match(/CANNOT BE UNDONE/g)!.length, 1);
  t.false(existsSync(join(folder, 'secure-boot.pem')));
  for (const target of targets) {
    const steps = secureSteps({
      ...{ target, port: 'p', keys: 'k', keyExists: true, build: 'b', version: 1, hardware },
    });
    t.is(steps.filter(step => step.forEver).length, 1);
    t.true(steps[steps.length - 1].forEver);
    t.false(
      steps.some(({ command }) => command.includes('generate-signing-key')),
      'the key is not made anew',
    );
    t.true(steps.every(({ command }) => !command.some(word => /burn/.test(word))));
  }
});

test('without a terminal nothing is burned, whatever comes on standard input', async t => {
  const folder = place(t);
  const tools = join(folder, 'bin');
  mkdirSync(tools);
  for (const name of ['espsecure', 'espefuse', 'esptool']) {
    writeFileSync(join(tools, name), `#!/bin/sh\necho "$0 $*" >> ${join(folder, 'ran')}\n`, { mode: 0o755 });
  }
  const command = join(repositoryRoot, 'tools', 'holdfast.mjs');
  const env = { ...process.env, PATH: `${tools}:${process.env.PATH}` };
  const piped = spawn(process.execPath, [command, ...secure(folder), '--burn'], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  piped.stderr.on('data', chunk => (errors += chunk));
  piped.stdin.on('error', () => {});
  piped.stdin.end(`${phraseOf('esp32c3', '/dev/ttyUSB0')}\n`);
  t.is(await new Promise(resolve => piped.on('close', resolve)), 2);
  t.regex(errors, /asks a person: run it at a terminal/);
  t.false(existsSync(join(folder, 'ran')));
});

const pseudoTerminal = (() => {
  try {
    execFileSync('script', ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
})();

for (const [answer, burned] of [
  ['yes', false],
  [phraseOf('esp32c3', '/dev/ttyUSB0'), true],
] as const) {
  test.serial(
    `at a terminal, typing "${answer}" ${burned ? 'does every step in order' : 'does nothing'}`,
    async t => {
      if (!pseudoTerminal) {
        t.log('NOT RUN: there is no script (bsdutils), which makes a terminal');
        if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail('script');
        else t.pass();
        return;
      }
      const folder = place(t);
      const tools = join(folder, 'bin');
      mkdirSync(tools);
      // Each tool writes down that it ran, and makes the file that it would make.
      for (const name of ['espsecure', 'espefuse', 'esptool']) {
        const made =
          'while [ $# -gt 1 ]; do [ "$1" = --output ] && out="$2"; shift; done; [ -n "$out" ] && cp "$1" "$out"';
        const text = `#!/bin/sh\necho "${name} $*" >> ${join(folder, 'ran')}\n${made}\nexit 0\n`;
        writeFileSync(join(tools, name), text, { mode: 0o755 });
      }
      const command = [
        process.execPath,
        join(repositoryRoot, 'tools', 'holdfast.mjs'),
        ...secure(folder),
        '--burn',
      ];
      const child = spawn('script', ['-qefc', command.join(' '), join(folder, 'typescript')], {
        env: { ...process.env, PATH: `${tools}:${process.env.PATH}` },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      let said = '';
      child.stdout.on('data', chunk => {
        const asked = /to go on: /.test(said);
        said += chunk;
        if (!asked && /to go on: /.test(said)) child.stdin.write(`${answer}\r`);
      });
      const status = await new Promise(resolve => child.on('close', resolve));
      const ran = existsSync(join(folder, 'ran'))
        ? readFileSync(join(folder, 'ran'), 'utf8').trim().split('\n')
        : [];
      if (!burned) {
        t.is(status, 1);
        t.deepEqual(ran, []);
        return;
      }
      t.is(status, 0, said);
      t.deepEqual(
        ran.map(line => line.split(' ').find(word => /^[a-z]+(-[a-z]+)+$|^summary$/.test(word))),
        ['generate-signing-key', 'summary', 'sign-data', 'sign-data', 'erase-flash', 'write-flash'],
      );
    },
  );
}
