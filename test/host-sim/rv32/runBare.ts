/** Runs a C program with the native crypto on the emulated processor, without a board around it. */

import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { buildXs } from '../../../host-sim/engine/deskProgram.js';
import { findSources } from '../../../host-sim/engine/sources.js';
import { patient } from '../../../host-sim/node/patience.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { crossCompiler, emulator } from '../../../host-sim/rv32/tools.js';
import { nativeFolder } from '../../firmware/crypto/native/programs.js';

/**
 * Builds `name`.c with the flags of the emulated board's crypto; what it printed.
 * @param without files of the crypto that the program includes itself
 * @throws Error with what it printed when it does not end well
 */
export async function runBare(name: string, { without = [] }: { without?: string[] } = {}): Promise<string> {
  // It makes the table of secp256k1.
  await buildXs();
  const sources = findSources();
  const folder = join(repositoryRoot, '.build', 'native', 'rv32');
  mkdirSync(folder, { recursive: true });
  const program = join(folder, `${name}.elf`);
  // A file that begins with xs is a face for the engine, which is not there.
  const crypto = sources.native.filter(
    file => !/^xs/.test(basename(file)) && !without.includes(basename(file)),
  );
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
    { timeout: patient(120_000) },
  );
  return stdout + stderr;
}
