/**
 * The engine's program for the desk: XS, a board around it and the native crypto. It runs the boards of host-sim/xs and
 * compiles the bytecode of other XS boards. What did not change is not compiled again; a first build takes about
 * 20 seconds of one core.
 */
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, platform } from 'node:os';
import { basename, join } from 'node:path';
import { repositoryRoot } from '../node/repository.js';
import { compileObject, findCompiler, linkProgram } from './compiler.js';
import { makeTable } from './curveTable.js';
import { writeGuests } from './guests.js';
import { cFiles, findSources } from './sources.js';

/** Release is what boards run; sanitized finds wrong memory accesses and undefined behaviour, three times slower. */
export type Variant = 'release' | 'sanitized';

export interface BuildOptions {
  variant?: Variant;
  /** Called as files are done. */
  onProgress?(done: number, total: number, file: string): void;
}

export interface XsBuild {
  /** Path of the program. */
  program: string;
  /** Files that had to be compiled. */
  compiled: number;
}

const folder = join(repositoryRoot, '.build', 'xs');
/** Headers that the build makes, the table of secp256k1 among them. */
export const generatedFolder = join(folder, 'generated');
const hostFolder = join(repositoryRoot, 'host-sim', 'engine', 'desk');

/** As on a chip: an interpreter with parser, and no debugger. */
const engineDefines = [
  ...['-D_GNU_SOURCE', '-DINCLUDE_XSPLATFORM', '-DXSPLATFORM="platform.h"'],
  ...['-DmxParse=1', '-DmxRun=1', '-DmxSloppy=1', '-DmxNoConsole=1', '-DmxBoundsCheck=1'],
  ...['-DmxStringNormalize=1', '-DmxRegExpUnicodePropertyEscapes=1', '-DmxMinusZero=1'],
];

/** Functions of an image have no length and no name of their own, as where the SDK strips what nobody uses: two slots less for each. */
const leftOut = ['-DfxNewFunctionLength=withoutFunctionLength', '-DfxNewFunctionName=functionName'];

const warnings = [
  '-Wall',
  '-Wextra',
  '-Werror',
  '-Wno-clobbered',
  '-Wno-unused-function',
  '-Wno-nonnull-compare',
];

/** Linked to one address, tables of the engine hold no page of each process; a Mac has no such programs. */
const [placed, inPlace] = platform() === 'linux' ? [['-fno-pie'], ['-no-pie']] : [[], []];

/**
 * XS reads texts a word at a time, beyond their end, and shifts as it likes: what is looked at is what is ours, and
 * libsecp256k1.
 */
const optimisation: Record<Variant, { engine: string[]; ours: string[]; link: string[] }> = {
  release: { engine: ['-O2', ...placed], ours: ['-O2', ...placed], link: inPlace },
  sanitized: {
    engine: ['-O1', '-g'],
    ours: ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined'],
    link: ['-fsanitize=address,undefined'],
  },
};

/** The path of the program once it is built. */
export const programOf = (variant: Variant): string => join(folder, variant, 'holdfast-xs');

/** @throws XsMissing when a compiler or a package is missing, CompileError */
export async function buildXs({ variant = 'release', onProgress }: BuildOptions = {}): Promise<XsBuild> {
  const sources = findSources();
  const compiler = await findCompiler();
  const guests = join(generatedFolder, 'guests.c');
  await Promise.all([writeGuests(guests), makeTable(compiler, sources, generatedFolder)]);
  const files = [
    ...sources.engine,
    ...[...sources.host, ...sources.posix, ...cFiles(hostFolder)],
    ...[...sources.native, guests],
  ];
  const objects = join(folder, variant, 'objects');
  const flagsOf = (file: string): string[] => {
    const engine = sources.engine.includes(file);
    const { engine: their, ours } = optimisation[variant];
    return [
      ...['-std=gnu11', '-fno-strict-aliasing', ...engineDefines],
      ...(engine ? ['-w', ...their] : [...warnings, ...ours]),
      ...(basename(file) === 'xsDefaults.c' ? leftOut : []),
      ...[hostFolder, ...sources.ours, generatedFolder].map(name => `-I${name}`),
      ...sources.theirs.map(name => `-isystem${name}`),
    ];
  };
  let done = 0;
  let compiled = 0;
  const compileNext = async (waiting: string[]): Promise<void> => {
    for (let file = waiting.pop(); file; file = waiting.pop()) {
      const object = join(objects, `${basename(file, '.c')}.o`);
      if (await compileObject(compiler, file, object, flagsOf(file), sources.versions)) compiled++;
      onProgress?.(++done, files.length, basename(file));
    }
  };
  // The largest first, so that no core waits for it at the end.
  const waiting = [...files].sort((a, b) => readFileSync(a).length - readFileSync(b).length);
  await Promise.all(Array.from({ length: availableParallelism() }, () => compileNext(waiting)));
  const program = programOf(variant);
  if (compiled > 0 || !existsSync(program)) {
    const all = files.map(file => join(objects, `${basename(file, '.c')}.o`));
    await linkProgram(compiler, all, program, optimisation[variant].link);
  }
  return { program, compiled };
}
