/** What an observer of time learns of a private key on a chip's processor: instructions, counted on the bare machine. */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../../host-sim/bundle/firmware.js';
import { crossCompiler, emulator } from '../../../host-sim/rv32/tools.js';
import { buildXs } from '../../../host-sim/xs/build.js';
import { findSources } from '../../../host-sim/xs/sources.js';
import { nativeFolder } from '../../firmware/crypto/native/programs.js';
import { testOnRv32 } from './withBoard.js';

testOnRv32(
  'on rv32 the address takes the same number of instructions with every key, signing one of two',
  async t => {
    // It makes the table of secp256k1.
    await buildXs();
    const counts = new Map<string, Set<string>>();
    for (const [, what, count] of (await runBare('steady')).matchAll(/^(\w+) (\d+)$/gm)) {
      counts.set(what, (counts.get(what) ?? new Set()).add(count));
    }
    t.log(Object.fromEntries([...counts].map(([what, set]) => [what, [...set].join()])));
    t.is(counts.get('address')?.size, 1);
    // s in the upper half is negated: which of two nonces it was, k or −k, says nothing of either.
    t.is(counts.get('sign')?.size, 2);
    t.is(counts.get('compare')?.size, 24);
  },
);

/** Builds with the flags of the emulated board's crypto and runs on the bare machine; what it printed. */
async function runBare(name: string): Promise<string> {
  const sources = findSources();
  const folder = join(repositoryRoot, '.build', 'native', 'rv32');
  mkdirSync(folder, { recursive: true });
  const program = join(folder, `${name}.elf`);
  const crypto = sources.crypto.filter(file => !basename(file).startsWith('xs'));
  const memory = ['__flash=0x80000000', '__flash_size=4M', '__ram=0x80400000', '__ram_size=4M'];
  await promisify(execFile)(crossCompiler, [
    ...['-march=rv32imc', '-mabi=ilp32', '-specs=picolibc.specs', '--oslib=semihost', '--crt0=hosted'],
    ...['-std=gnu11', '-O2', '-fno-strict-aliasing', '-ffunction-sections', '-fdata-sections', '-w'],
    ...[...sources.ours.map(path => `-I${path}`), ...sources.theirs.map(path => `-isystem${path}`)],
    `-I${join(repositoryRoot, '.build', 'xs', 'generated')}`,
    ...[...memory, '__stack_size=65536'].map(symbol => `-Wl,--defsym=${symbol}`),
    ...['-Wl,--gc-sections', ...crypto, join(nativeFolder, `${name}.c`), '-o', program],
  ]);
  const { stdout, stderr } = await promisify(execFile)(
    emulator,
    [
      ...['-machine', 'virt', '-cpu', 'rv32', '-bios', 'none', '-nographic', '-icount', 'shift=0'],
      ...['-semihosting-config', 'enable=on', '-kernel', program],
    ],
    { timeout: 120_000 },
  );
  return stdout + stderr;
}
