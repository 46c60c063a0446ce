/** The tools that the emulated board is built with and runs in, and how to get them. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** A tool that is needed is not there. The message says which command gets it. */
export class Rv32Missing extends Error {}

export const crossCompiler = 'riscv64-unknown-elf-gcc';
export const emulator = 'qemu-system-riscv32';

const packages = ['gcc-riscv64-unknown-elf', 'picolibc-riscv64-unknown-elf', 'qemu-system-misc'];

/** For Debian and Ubuntu, about 200 MB to download. */
export const installCommand = `sudo apt install --no-install-recommends ${packages.join(' ')}`;

const isThere = (command: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some(folder => folder && existsSync(join(folder, command)));

const missing = (what: string): Rv32Missing =>
  new Rv32Missing(`${what}. The emulated board needs Linux and three packages: ${installCommand}`);

/** @throws Rv32Missing unless a board can be run */
export function requireEmulator(): void {
  if (process.platform !== 'linux') throw missing('this is not Linux');
  if (!isThere(emulator)) throw missing(`${emulator} is not installed`);
}

/** @throws Rv32Missing unless a board can be built */
export async function requireCompiler(): Promise<{ command: string; version: string }> {
  if (!isThere(crossCompiler)) throw missing(`${crossCompiler} is not installed`);
  try {
    // The specs say where the C library is.
    const { stdout } = await promisify(execFile)(crossCompiler, ['-specs=picolibc.specs', '--version']);
    return { command: crossCompiler, version: stdout.split('\n')[0] };
  } catch {
    throw missing('picolibc is not installed');
  }
}

/** One line that says what is missing, or undefined. */
export async function whatIsMissing(): Promise<string | undefined> {
  try {
    requireEmulator();
    await requireCompiler();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
