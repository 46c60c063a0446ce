/** The words of the Moddable commands when something is missing, and their ends. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { flashSizes } from '../../../tools/chip/partitions.js';
import { forgetSettings, settingsOf } from '../../../tools/moddable/esp32.js';
import { findIdf, findSdk, type Idf, isLack, type Lack, type Sdk } from '../../../tools/moddable/sdk.js';

const names = { linux: 'lin', darwin: 'mac', win32: 'win' } as Record<string, string>;

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a script of package.json as npm does, in an environment with neither SDK nor ESP-IDF unless given. */
function run(script: string, given: string[], environment: Record<string, string> = {}): Promise<Ran> {
  const env = { ...process.env, MODDABLE: '', IDF_PATH: '', ...environment };
  const file = join(repositoryRoot, 'tools', 'moddable', `${script}.ts`);
  return new Promise(resolve => {
    execFile(
      process.execPath,
      ['--import', 'tsx', file, ...given],
      { cwd: repositoryRoot, env },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** A folder that looks like an SDK from outside, as far as `parts` go. */
function fakeSdk(t: ExecutionContext, parts: { version?: string; tools?: string[] }): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-sdk-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  if (parts.version) write('tools/VERSION', `${parts.version}\n`);
  for (const tool of parts.tools ?? []) {
    write(`build/bin/${names[process.platform] ?? 'lin'}/release/${tool}`, '#!/bin/sh\nexit 3\n');
  }
  return folder;
}

function fakeIdf(t: ExecutionContext, major: number, minor: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-idf-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'tools', 'cmake'), { recursive: true });
  const text = `set(IDF_VERSION_MAJOR ${major})\nset(IDF_VERSION_MINOR ${minor})\nset(IDF_VERSION_PATCH 0)\n`;
  writeFileSync(join(folder, 'tools', 'cmake', 'version.cmake'), text);
  return folder;
}

const tools = ['mcconfig', 'mcrun', 'xsc', 'xsl'];
const whatOf = (found: Sdk | Idf | Lack) => (isLack(found) ? found.what : undefined);

test('without SDK and ESP-IDF build:esp32 names both, the versions that fit, and how to get them; status 1', async t => {
  const { code, stderr, stdout } = await run('buildEsp32', ['--target', 'esp32c3']);
  t.is(code, 1);
  t.is(stdout, '');
  for (const words of [
    'MODDABLE is not set',
    'IDF_PATH is not set',
    'Moddable SDK 8.2.x (tried: 8.2.3) and ESP-IDF v6.0',
    'git clone -b 8.2.3 --depth 1 https://github.com/Moddable-OpenSource/moddable',
    'git clone -b v6.0 --recursive https://github.com/espressif/esp-idf',
    'export.sh',
  ]) {
    t.true(stderr.includes(words), words);
  }
});

test('with --json it is one document on standard output that says what is missing', async t => {
  const { code, stdout } = await run('buildEsp32', ['--target', 'esp32', '--json']);
  t.is(code, 1);
  const document = JSON.parse(stdout) as { ok: boolean; missing: Lack[]; versions: string };
  t.false(document.ok);
  t.deepEqual(
    document.missing.map(({ what }) => what),
    ['MODDABLE', 'IDF_PATH'],
  );
  t.true(document.missing.every(({ remedy, why }) => why.length > 0 && remedy.length > 0));
  t.regex(document.versions, /8\.2\.x .* v6\.0/);
});

test('with an SDK only ESP-IDF is missing, and build:esp32 says no more than that', async t => {
  const { code, stderr } = await run('buildEsp32', ['--target', 'esp32'], {
    MODDABLE: fakeSdk(t, { version: '8.2.3', tools }),
  });
  t.is(code, 1);
  t.true(stderr.includes('IDF_PATH is not set'));
  t.false(stderr.includes('MODDABLE is not set'));
});

test('build:moddable and build:mod need the SDK and say so; status 1', async t => {
  for (const given of [['buildModdable'], ['buildMod', '--app', 'firmware/apps/relay']]) {
    const { code, stderr } = await run(given[0], given.slice(1));
    t.is(code, 1, given[0]);
    t.true(stderr.includes('MODDABLE is not set'), given[0]);
    t.false(stderr.includes('IDF_PATH is not set'), given[0]);
  }
});

test('a wrong command line is status 2, and help with an example is status 0', async t => {
  for (const given of [['--target', 'esp8266'], [], ['--colour', 'red']]) {
    const { code, stderr } = await run('buildEsp32', given);
    t.is(code, 2, given.join(' '));
    t.regex(stderr, /--help/);
  }
  t.is((await run('buildMod', [])).code, 2);
  t.is((await run('buildMod', ['--app', 'firmware/proof'])).code, 2);
  for (const script of ['buildEsp32', 'buildModdable', 'buildMod']) {
    const { code, stdout } = await run(script, ['--help']);
    t.is(code, 0, script);
    t.regex(stdout, /Example: .*npm run build:/, script);
  }
});

test('an SDK is found with its version and tools; each part that lacks is named', t => {
  const find = (folder: string) => findSdk({ MODDABLE: folder });
  const whole = find(fakeSdk(t, { version: '8.2.3', tools }));
  t.like(whole, { version: '8.2.3', idf: 'v6.0' });
  t.is(whatOf(find(fakeSdk(t, {}))), 'MODDABLE');
  t.is(whatOf(find(join(tmpdir(), 'there is no such folder'))), 'MODDABLE');
  const bare = find(fakeSdk(t, { version: '8.2.3', tools: ['xsc'] })) as Lack;
  t.is(bare.what, 'moddable-tools');
  t.regex(bare.why, /has no mcconfig, mcrun, xsl/);
  // Debugger and simulator need GTK, and nothing here needs them.
  if (process.platform === 'linux') t.notRegex(bare.remedy.join('\n'), /gtk|simulator|make -C \S+lin"$/im);
});

test('an ESP-IDF of another release is refused, one of the same is taken', t => {
  const find = (folder: string) => findIdf('v6.0', { IDF_PATH: folder });
  t.like(find(fakeIdf(t, 6, 0)), { version: 'v6.0' });
  const older = find(fakeIdf(t, 5, 4)) as Lack;
  t.is(older.what, 'idf-version');
  t.regex(older.why, /v5\.4.*v6\.0/);
  t.is(whatOf(find(tmpdir())), 'IDF_PATH');
});

test('settings of ESP-IDF’s are made anew where our lines are others than at the last build, and else left alone', t => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-settings-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const project = join(folder, 'project');
  mkdirSync(project);
  const made = join(project, 'sdkconfig');
  // Of a build of which nobody knows the lines nothing is left.
  for (const [lines, isLeft] of [
    ['first', false],
    ['first', true],
    ['second', false],
    ['second', true],
  ] as const) {
    writeFileSync(made, '');
    forgetSettings(folder, project, lines);
    t.is(existsSync(made), isLeft, lines);
  }
});

test('the chip’s flash and its lock are settings of ESP-IDF’s, each flash one and no other', t => {
  const lines = (text: string) => text.split('\n').filter(line => line.startsWith('CONFIG_'));
  for (const flash of flashSizes) {
    const given = lines(settingsOf({ flash }));
    t.deepEqual(
      given.filter(line => line.includes('FLASHSIZE')),
      [`CONFIG_ESPTOOLPY_FLASHSIZE_${flash}=y`],
    );
    const locked = lines(settingsOf({ flash, secure: true }));
    t.deepEqual(locked.slice(0, given.length), given);
    t.true(locked.includes('CONFIG_SECURE_BOOT=y') && !given.includes('CONFIG_SECURE_BOOT=y'));
    const wired = lines(settingsOf({ flash, network: 'ethernet' }));
    t.deepEqual(wired.slice(0, given.length), given);
    t.deepEqual(
      wired.slice(given.length).filter(line => line.endsWith('=y')),
      ['CONFIG_ETH_ENABLED=y', 'CONFIG_ETH_USE_OPENETH=y'],
    );
  }
});
