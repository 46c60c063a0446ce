import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { build } from 'esbuild';
import { C3Missing, emulatorArguments, findEmulator, flashFile } from '../../../host-sim/c3/emulator.js';
import { judgeReset } from '../../../host-sim/c3/reset.js';
import { exitCode } from '../../../host-sim/node/board/exitCode.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { type Board, startBoard } from '../../../host-sim/process/board.js';
import type { Ended } from '../../../host-sim/process/run.js';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-c3-'));
const emulator = join(folder, 'fake-emulator.cjs');
const { outputFiles } = await build({
  ...{ absWorkingDir: repositoryRoot, entryPoints: ['test/host-sim/c3/fakeEmulator.ts'], bundle: true },
  ...{ write: false, platform: 'node', format: 'cjs', logLevel: 'silent' },
});
writeFileSync(emulator, `#!${process.execPath}\n${outputFiles[0].text}`);
chmodSync(emulator, 0o755);
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

const onLinux = process.platform === 'linux' ? test : test.skip;

async function boardOf(t: ExecutionContext): Promise<{ board: Board; ends: Ended[]; logged: string[] }> {
  const directory = mkdtempSync(join(folder, 'board,'));
  writeFileSync(flashFile(directory), new Uint8Array(1));
  const logged: string[] = [];
  const board = await startBoard({
    directory,
    engine: { name: 'c3', emulator },
    onLog: line => void logged.push(line),
  });
  t.teardown(() => board.close());
  const ends: Ended[] = [];
  board.on('ended', ended => void ends.push(ended));
  return { board, ends, logged };
}

onLinux(
  'the first start tests the bootloader, which is no fault; then the board is there and answers',
  async t => {
    const { board, logged } = await boardOf(t);
    t.like(board.hello, { slot: 'A', state: 'confirmed', version: 1, pid: board.pid });
    t.is(board.restarts, 0);
    t.is(await board.request('starts'), 2);
    const long = 'x'.repeat(3000);
    t.is(await board.request('echo', long), long);
    t.true(logged.some(line => line.startsWith('ESP-ROM:esp32c3')));
    t.false(logged.some(line => line.startsWith('fault:')));
  },
);

onLinux('a reset is what the image said of it: a restart, a fault, or a fault without a word', async t => {
  const { board, ends } = await boardOf(t);
  for (const method of ['update', 'crash', 'vanish', 'burst']) {
    const restarts = board.restarts;
    await t.throwsAsync(board.request(method), { message: /the board ended before it answered/ });
    await board.waitForRestart(restarts + 1);
  }
  t.deepEqual(
    ends.map(({ why }) => why),
    ['restart', 'fault', 'fault', 'fault'],
  );
  t.is(ends[1].detail, 'on purpose');
  t.is(await board.request('starts'), 6);
});

onLinux('a power cut ends the emulator too, and the flash goes on from there', async t => {
  const { board, ends } = await boardOf(t);
  await board.powerCut();
  t.is(ends[0].why, 'powerCut');
  await board.powerOn();
  t.is(await board.request('starts'), 3);
});

onLinux('a board without a flash has nothing to start, and says what writes one', async t => {
  const directory = mkdtempSync(join(folder, 'empty-'));
  await t.throwsAsync(startBoard({ directory, engine: { name: 'c3', emulator } }), {
    message: /there is no flash .*holdfast chip flash --file/,
  });
});

test('a start that resets twice without a word is a fault: an engine that never starts is not waited for', t => {
  const silent = { hello: false, last: undefined };
  t.is(judgeReset(silent, 1), 'again');
  t.is(judgeReset(silent, 2), exitCode.fault);
  t.is(judgeReset({ hello: false, last: 'fault' }, 1), exitCode.fault);
  t.is(judgeReset({ hello: true, last: 'restart' }, 1), exitCode.restart);
});

test('the emulator is the one that the variable names, and without one a line says what to name', t => {
  t.is(findEmulator({ HOLDFAST_QEMU_ESP32: emulator }), emulator);
  for (const [environment, words] of [
    [{}, /^HOLDFAST_QEMU_ESP32 is not set\. .*machine esp32c3/],
    [{ HOLDFAST_QEMU_ESP32: join(folder, 'none') }, /is no program/],
    [{ HOLDFAST_QEMU_ESP32: folder }, /is no program/],
  ] as const) {
    const error = t.throws(() => findEmulator(environment), { instanceOf: C3Missing });
    t.regex(error.message, words);
    t.notRegex(error.message, /\n/);
  }
  t.true(emulatorArguments('a,b').includes('file=a,,b,if=mtd,format=raw'));
});
