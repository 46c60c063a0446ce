/**
 * The native crypto of XS boards and chips for a program of Node: built when it is first asked for, some seconds. Where a
 * C compiler, the sources or Node's own headers are missing, there is none, and what asked goes on in TypeScript.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { NativeCrypto } from '../../firmware/crypto/native/native.js';
import { repositoryRoot } from '../node/repository.js';
import { compileObject, findCompiler, linkProgram } from './compiler.js';
import { makeTable } from './curveTable.js';
import { findSources, XsMissing } from './sources.js';

const folder = join(repositoryRoot, '.build', 'addon');
const native = join(repositoryRoot, 'firmware', 'crypto', 'native');
const parts = ['chacha20Poly1305', 'keccak256', 'secp256k1', 'sha256'];
/** The headers for extensions in an installation of Node. */
const headers = join(dirname(process.execPath), '..', 'include', 'node');

/** Built once a process: two builds at once would take each other's unfinished file. */
let building: Promise<NativeCrypto | undefined> | undefined;

/** @throws CompileError when the compiler refuses what is there */
export function nodeCrypto(): Promise<NativeCrypto | undefined> {
  building ??= build();
  return building;
}

async function build(): Promise<NativeCrypto | undefined> {
  if (!existsSync(join(headers, 'node_api.h'))) return undefined;
  try {
    const sources = findSources();
    const compiler = await findCompiler();
    await makeTable(compiler, sources, folder);
    const files = [
      ...parts.map(name => join(native, `${name}.c`)),
      join(repositoryRoot, 'host-sim', 'engine', 'addon', 'crypto.c'),
    ];
    const flags = [
      ...['-std=gnu11', '-O2', '-fPIC', '-Wall', '-Wextra', '-Wno-unused-function', '-DNAPI_VERSION=8'],
      ...[native, folder].map(name => `-I${name}`),
      ...[headers, ...sources.theirs].map(name => `-isystem${name}`),
    ];
    const objects = files.map((_, at) => join(folder, `${at}.o`));
    let compiled = 0;
    for (const [at, file] of files.entries()) {
      if (await compileObject(compiler, file, objects[at], flags, sources.versions)) compiled++;
    }
    const program = join(folder, 'crypto.node');
    if (compiled > 0 || !existsSync(program)) {
      const lookLater = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
      await linkProgram(compiler, objects, program, ['-shared', ...lookLater]);
    }
    return createRequire(import.meta.url)(program) as NativeCrypto;
  } catch (error) {
    if (error instanceof XsMissing) return undefined;
    throw error;
  }
}
