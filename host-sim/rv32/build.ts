/**
 * Builds the program of the emulated board: the engine without its parser, the host, the native crypto, for a bare
 * rv32imc machine. What did not change is not compiled again; a first build takes half a minute of one core.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { CompileError, compileObject } from '../engine/compiler.js';
import { buildXs, generatedFolder } from '../engine/deskProgram.js';
import { findSources } from '../engine/sources.js';
import { repositoryRoot } from '../node/repository.js';
import { requireCompiler } from './tools.js';

export interface Rv32Build {
  /** Path of the program, an ELF file. */
  program: string;
  compiled: number;
}

const folder = join(repositoryRoot, '.build', 'rv32');
const hostFolder = join(repositoryRoot, 'host-sim', 'rv32', 'host');

/** The decision of the bootloader, which the code of a chip shares. */
const bootDecision = join(repositoryRoot, 'firmware', 'esp32', 'native', 'bootDecision.c');

export const boardProgram = join(folder, 'board.elf');

/** Of the engine, what parses source text and what needs an operating system. */
const leftOut = ['Code', 'Lexical', 'Scope', 'Script', 'Snapshot', 'SourceMap', 'Syntaxical', 'Tree'].map(
  name => `xs${name}.c`,
);

const machineFlags = ['-march=rv32imc_zicsr', '-mabi=ilp32', '-specs=picolibc.specs'];

const engineDefines = [
  ...['-DINCLUDE_XSPLATFORM', '-DXSPLATFORM="platform.h"', '-DmxRun=1', '-DmxSloppy=1', '-DmxNoConsole=1'],
  ...['-DmxBoundsCheck=1', '-DmxStringNormalize=1', '-DmxRegExpUnicodePropertyEscapes=1', '-DmxMinusZero=1'],
  // The C library declares its clocks for systems that say they have them.
  ...['-D_POSIX_TIMERS=1', '-D_POSIX_MONOTONIC_CLOCK=1'],
];

/** The interpreter: plainSetjmp.S says why. */
const interpreterDefines = ['-Dc_setjmp=plainSetjmp'];

/** The definitions that make a function's own length and name: host/machine.c. */
const functionDefines = ['-DfxNewFunctionLength=functionLength', '-DfxNewFunctionName=functionName'];

/** By file of the engine. */
const ownDefines: Readonly<Record<string, string[]>> = {
  'xsDefaults.c': functionDefines,
  'xsRun.c': interpreterDefines,
};

const warnings = [
  ...['-Wall', '-Wextra', '-Werror', '-Wno-clobbered', '-Wno-unused-function', '-Wno-nonnull-compare'],
];

/** @throws Rv32Missing or XsMissing when a tool or a package is missing, CompileError */
export async function buildRv32(
  onProgress?: (done: number, total: number, file: string) => void,
): Promise<Rv32Build> {
  const compiler = await requireCompiler();
  // It compiles images, and makes the table of secp256k1.
  await buildXs();
  const sources = findSources();
  const engine = sources.engine.filter(file => !leftOut.includes(basename(file)));
  const ours = [
    ...readdirSync(hostFolder)
      .filter(name => /\.[cS]$/.test(name))
      .sort()
      .map(name => join(hostFolder, name)),
    bootDecision,
    ...sources.host,
    ...sources.native,
  ];
  const objects = join(folder, 'objects');
  const flagsOf = (file: string): string[] => [
    ...machineFlags,
    ...['-std=gnu11', '-O2', '-fno-strict-aliasing', '-ffunction-sections', '-fdata-sections'],
    ...engineDefines,
    ...(ownDefines[basename(file)] ?? []),
    ...(engine.includes(file) ? ['-w'] : warnings),
    ...[hostFolder, ...sources.ours, generatedFolder].map(name => `-I${name}`),
    ...sources.theirs.map(name => `-isystem${name}`),
  ];
  const objectOf = (file: string) => join(objects, `${basename(file).replace(/\.[cS]$/, '')}.o`);
  const files = [...engine, ...ours];
  let done = 0;
  let compiled = 0;
  const waiting = [...files].sort((a, b) => statSync(a).size - statSync(b).size);
  const compileNext = async (): Promise<void> => {
    for (let file = waiting.pop(); file; file = waiting.pop()) {
      if (await compileObject(compiler, file, objectOf(file), flagsOf(file), sources.versions)) compiled++;
      onProgress?.(++done, files.length, basename(file));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, compileNext));
  const script = join(hostFolder, 'board.ld');
  const stale = !existsSync(boardProgram) || statSync(boardProgram).mtimeMs < statSync(script).mtimeMs;
  if (compiled > 0 || stale) await link(compiler.command, files.map(objectOf), script);
  return { program: boardProgram, compiled };
}

async function link(command: string, objects: string[], script: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const unfinished = `${boardProgram}.${process.pid}`;
  try {
    await promisify(execFile)(command, [
      ...['-march=rv32imc', '-mabi=ilp32', '-specs=picolibc.specs', '-nostartfiles', '-T', script],
      ...['-Wl,--gc-sections', '-Wl,--build-id=sha1', ...objects, '-lm', '-lc', '-lgcc', '-o', unfinished],
    ]);
    renameSync(unfinished, boardProgram);
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new CompileError(`${command} ${boardProgram}: ${(stderr || `${error}`).slice(-2000)}`);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** Bytes of program text and constants: what lies in flash beside the images. */
export async function programSize(): Promise<number> {
  const { stdout } = await promisify(execFile)('riscv64-unknown-elf-size', [boardProgram]);
  return Number(stdout.split('\n')[1].trim().split(/\s+/)[0]);
}
