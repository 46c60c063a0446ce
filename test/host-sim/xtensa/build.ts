/** The native crypto for the processor family of the ESP32, and an emulator of that family to run it in. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { compileObject } from '../../../host-sim/engine/compiler.js';
import { buildXs } from '../../../host-sim/engine/deskProgram.js';
import { findSources } from '../../../host-sim/engine/sources.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { exchange } from '../native/program.js';

const run = promisify(execFile);

const compiler = 'xtensa-lx106-elf-gcc';
const emulator = 'qemu-system-xtensa';
/** Debian's C library for it, which its compiler does not find by itself. */
const specs = '/usr/lib/xtensa-lx106-elf/picolibc.specs';
const packages = ['gcc-xtensa-lx106', 'picolibc-xtensa-lx106-elf', 'qemu-system-misc'];

/** One line that says what is missing and which command gets it, or undefined. */
export function whatIsMissing(): string | undefined {
  const isThere = (command: string) =>
    (process.env.PATH ?? '').split(delimiter).some(folder => folder && existsSync(join(folder, command)));
  const missing = [compiler, emulator].filter(command => !isThere(command));
  if (!existsSync(specs)) missing.push('picolibc for it');
  if (missing.length === 0) return undefined;
  const install = `sudo apt install --no-install-recommends ${packages.join(' ')}`;
  return `${missing.join(', ')} not installed. The crypto on Xtensa needs Linux and three packages: ${install}`;
}

export interface XtensaProgram {
  command: string;
  arguments: string[];
  /** Bytes of code and constants of each file of the crypto. */
  sizes: Record<string, number>;
}

export async function buildForXtensa(): Promise<XtensaProgram> {
  // It makes the table of secp256k1.
  await buildXs();
  const sources = findSources();
  const folder = join(repositoryRoot, '.build', 'native', 'xtensa');
  const here = join(repositoryRoot, 'test', 'host-sim', 'xtensa');
  const crypto = sources.native.filter(file => !basename(file).startsWith('xs'));
  const ours = ['cryptoProgram.c', 'simulator.c', 'rom.c'].map(name => join(here, name));
  const { stdout } = await run(compiler, ['--version']);
  const tool = { command: compiler, version: stdout.split('\n')[0] };
  const flags = [
    ...[`-specs=${specs}`, '-std=gnu11', '-O2', '-mlongcalls', '-mtext-section-literals'],
    ...['-fno-strict-aliasing', '-ffunction-sections', '-fdata-sections', '-Wall', '-Wextra', '-Werror'],
    ...[...sources.ours, exchange, join(repositoryRoot, '.build', 'xs', 'generated')].map(
      path => `-I${path}`,
    ),
    ...sources.theirs.map(path => `-isystem${path}`),
  ];
  const objects: string[] = [];
  for (const file of [...crypto, ...ours, join(exchange, 'exchange.c')]) {
    const object = join(folder, `${basename(file, '.c')}.o`);
    await compileObject(tool, file, object, flags, sources.versions);
    objects.push(object);
  }
  const program = join(folder, 'crypto.elf');
  await run(compiler, [
    ...[`-specs=${specs}`, '-nostartfiles', '-T', join(here, 'simulator.ld'), '-Wl,--gc-sections'],
    ...['-Wl,--no-warn-rwx-segments', ...objects, '-lc', '-lgcc', '-o', program],
  ]);
  return {
    command: emulator,
    arguments: [
      ...['-machine', 'sim', '-cpu', 'lx106', '-m', '16M', '-nographic', '-monitor', 'none'],
      ...['-serial', 'none', '-semihosting', '-kernel', program],
    ],
    sizes: await sizesOf(objects.slice(0, crypto.length)),
  };
}

async function sizesOf(objects: readonly string[]): Promise<Record<string, number>> {
  const { stdout } = await run('xtensa-lx106-elf-size', [...objects]);
  const lines = stdout.trim().split('\n').slice(1);
  return Object.fromEntries(
    lines.map((line, i) => [basename(objects[i], '.o'), Number(line.trim().split(/\s+/)[0])]),
  );
}
