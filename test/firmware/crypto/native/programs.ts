/** Builds programs of C around the native crypto, as the XS host does, and runs tests that need them. */
import { spawnSync } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  type Compiler,
  compileObject,
  findCompiler,
  linkProgram,
} from '../../../../host-sim/engine/compiler.js';
import { findSources, XsMissing } from '../../../../host-sim/engine/sources.js';
import { repositoryRoot } from '../../../../host-sim/node/repository.js';
import { built } from '../../../host-sim/engine/withXs.js';

/** The way in which the crypto is compiled. `narrow`: with the arithmetic of a 32-bit chip. */
export type Build = 'release' | 'narrow' | 'sanitized' | 'sanitized-narrow';

const narrow = '-DHOLDFAST_32_BIT_ARITHMETIC';
const sanitizers = ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined'];

export const flagsOf: Readonly<Record<Build, string[]>> = {
  release: ['-O2'],
  narrow: ['-O2', narrow],
  sanitized: sanitizers,
  'sanitized-narrow': [...sanitizers, narrow],
};

interface Program {
  /** Absolute path of its C file. */
  main: string;
  /** C files besides the native crypto. */
  more?: string[];
  compiler?: Compiler;
  /** Of every file. */
  flags: string[];
  /** Beside the folders of crypto, host and their packages. */
  include?: string[];
  /** Files of the native crypto that the program includes itself. */
  without?: string[];
  libraries?: string[];
}

/** @returns the program's path. The XS host is built before, since it makes the tables that are compiled in. */
export async function buildProgram(label: string, program: Program): Promise<string> {
  const { main, more = [], flags, include = [], libraries = [], without = [] } = program;
  const compiler = program.compiler ?? (await findCompiler());
  const sources = findSources();
  const folder = join(repositoryRoot, '.build', 'native', label);
  // A file that begins with xs is a face for the engine, which is not there.
  const crypto = sources.native.filter(
    file => !basename(file).startsWith('xs') && !without.includes(basename(file)),
  );
  const objects: string[] = [];
  for (const file of [...crypto, main, ...more]) {
    const object = join(folder, 'objects', `${basename(file, '.c')}.o`);
    const includes = [
      ...[...sources.ours, ...include, dirname(main)].map(name => `-I${name}`),
      `-I${join(repositoryRoot, '.build', 'xs', 'generated')}`,
      ...sources.theirs.map(name => `-isystem${name}`),
    ];
    await compileObject(compiler, file, object, ['-std=gnu11', ...flags, ...includes], sources.versions);
    objects.push(object);
  }
  const path = join(folder, basename(main, '.c'));
  await linkProgram(compiler, objects, path, [...flags, ...libraries]);
  return path;
}

export const nativeFolder = join(repositoryRoot, 'test', 'firmware', 'crypto', 'native');

export const buildBulk = (build: Build): Promise<string> =>
  buildProgram(build, { main: join(nativeFolder, 'bulk.c'), flags: flagsOf[build] });

/** A reason why a test cannot run here. */
export class ToolMissing extends Error {}

/** As xsTest, for tests that want a compiler and maybe more, which they say by a ToolMissing. */
export function nativeTest(title: string, body: (t: ExecutionContext) => Promise<void> | void): void {
  test.serial(title, async t => {
    t.timeout(3_600_000);
    try {
      const build = await built('release');
      if (build instanceof XsMissing) throw build;
      await body(t);
    } catch (error) {
      if (!(error instanceof XsMissing || error instanceof ToolMissing)) throw error;
      t.log(`NOT RUN: ${error.message}`);
      if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail(error.message);
      else t.pass();
    }
  });
}

export interface Question {
  operation: 'k' | 's' | 'r' | 'g' | 'a' | 'b' | 'p' | 'x' | 'e' | 'd';
  bytes: Uint8Array;
}

/** Asks bulk.c; undefined is its "there is none". */
export function ask(program: string, questions: readonly Question[]): (Uint8Array | undefined)[] {
  const input = Buffer.concat(
    questions.map(({ operation, bytes }) => {
      const head = Buffer.alloc(5);
      head[0] = operation.charCodeAt(0);
      head.writeUInt32LE(bytes.length, 1);
      return Buffer.concat([head, bytes]);
    }),
  );
  const { status, stdout, stderr } = spawnSync(program, { input, maxBuffer: 1 << 28 });
  if (status !== 0 || stderr.length > 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  const answers: (Uint8Array | undefined)[] = [];
  for (let at = 0; at < stdout.length; ) {
    const size = stdout.readUInt16LE(at) - 1;
    at += 2;
    answers.push(size < 0 ? undefined : Uint8Array.from(stdout.subarray(at, at + size)));
    at += Math.max(0, size);
  }
  if (answers.length !== questions.length)
    throw new Error(`${answers.length} of ${questions.length} answers`);
  return answers;
}
