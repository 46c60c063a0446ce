/** One line tells a person who lacks the tools which command gets them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { whatIsMissing } from '../../../host-sim/rv32/tools.js';
import { whatIsMissing as missingForXtensa } from '../xtensa/build.js';
import { testOnRv32 } from './withBoard.js';

const install =
  'sudo apt install --no-install-recommends gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf qemu-system-misc';

/** With nothing on the path but something of these names. */
async function withOnly<T>(names: readonly string[], act: (path: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-path-'));
  const before = process.env.PATH;
  try {
    for (const name of names) symlinkSync(process.execPath, join(folder, name));
    process.env.PATH = folder;
    return await act(folder);
  } finally {
    process.env.PATH = before;
    rmSync(folder, { recursive: true, force: true });
  }
}

test.serial(
  'without emulator or compiler the message says what is missing and the command that installs it',
  async t => {
    const nothing = (await withOnly([], whatIsMissing)) ?? '';
    t.true(nothing.includes(install), nothing);
    t.regex(nothing, /qemu-system-riscv32 is not installed/);
    t.notRegex(nothing, /\n/);
    const half = (await withOnly(['qemu-system-riscv32'], whatIsMissing)) ?? '';
    t.true(half.includes(install), half);
    t.regex(half, /riscv64-unknown-elf-gcc is not installed/);
    t.regex(
      (await withOnly([], missingForXtensa)) ?? '',
      /sudo apt install .*gcc-xtensa-lx106.*qemu-system-misc/,
    );
  },
);

test.serial('so do the commands, which fail in one line', async t => {
  for (const file of ['host-sim/rv32/buildMain.ts', 'test/bench/device.ts']) {
    const { status, stderr, stdout } = await withOnly([], path =>
      spawnSync(process.execPath, ['--import', 'tsx', file], {
        env: { ...process.env, PATH: path },
        encoding: 'utf8',
      }),
    );
    t.not(status, 0, `${file}: ${stdout}${stderr}`);
    t.true(stderr.includes(install), `${file}: ${stderr}`);
    t.notRegex(stderr, /\n {4}at /);
  }
});

testOnRv32('with them nothing is missing', async t => {
  t.is(await whatIsMissing(), undefined);
});
