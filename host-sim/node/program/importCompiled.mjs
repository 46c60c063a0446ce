/**
 * Programs of this repository, compiled once: TypeScript is translated when it changed, not at each start. What a
 * program was made from is written down beside it (.build/node/PROGRAM/current.json), so that a start only looks
 * whether each source is what it was. Plain JavaScript, since it runs before anything is compiled.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * @typedef {object} Source a file that was compiled
 * @property {string} path from the repository's root
 * @property {number} size bytes
 * @property {number} mtimeMs
 * @property {number} ctimeMs
 * @property {string} sha256 64 hex digits
 *
 * @typedef {object} Current
 * @property {string} program the compiled module, from the folder of current.json
 * @property {Source[]} sources
 */

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
/** In an installed package the programs lie compiled (tools/package); a repository has no such folder. */
const installed = join(root, 'dist');
/** No sources, but they decide what becomes of one: the installed packages, and the compilation itself. */
export const others = ['node_modules/.package-lock.json', 'host-sim/node/program/compile.mjs'];

/**
 * Imports the TypeScript module `entry` in its compiled form, after compiling it anew when a source of it changed. Stack
 * traces name the lines of the sources. Where nothing can be written, tsx translates. An installed package has it compiled.
 *
 * @param {string} entry path from the repository's root, with slashes
 * @param {{ brief?: boolean }} [options] `brief`: a program of a moment, which an installed package starts without source
 *   maps: to read them is a tenth of its time or more, and `node --enable-source-maps` does it where a trace is wanted
 * @returns {Promise<any>} its exports
 * @throws what the module throws; esbuild's BuildFailure, with file and line, when it does not compile
 */
export async function importCompiled(entry, { brief = false } = {}) {
  const name = entry.replace(/\.ts$/, '').replaceAll('/', '-');
  const made = join(installed, `${name}.mjs`);
  const isInstalled = existsSync(made);
  if (!brief || !isInstalled) process.setSourceMapsEnabled(true);
  if (isInstalled) return import(pathToFileURL(made).href);
  const program = await upToDate(entry, name);
  if (program !== undefined) return import(pathToFileURL(program).href);
  const { register } = await import('tsx/esm/api');
  register();
  return import(pathToFileURL(join(root, entry)).href);
}

/** Path of the compiled module; undefined when there is no writing it. */
async function upToDate(entry, name) {
  const folder = join(root, '.build', 'node', name);
  const known = readCurrent(folder);
  if (known && (await isCurrent(folder, known))) return join(folder, known.program);
  const { compile } = await import('./compile.mjs');
  try {
    return join(folder, (await compile({ root, entry, folder, others })).program);
  } catch (error) {
    if (error.syscall === undefined) throw error;
    return undefined;
  }
}

/** @returns {Current | undefined} */
function readCurrent(folder) {
  try {
    const current = JSON.parse(readFileSync(join(folder, 'current.json'), 'utf8'));
    return statSync(join(folder, current.program)).isFile() ? current : undefined;
  } catch {
    return undefined;
  }
}

/** True when each source is the one that was compiled: by its size and times, and where times differ by its content. */
async function isCurrent(folder, current) {
  let touched = false;
  for (const source of current.sources) {
    const file = join(root, source.path);
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.size !== source.size) return false;
    if (found.mtimeMs === source.mtimeMs && found.ctimeMs === source.ctimeMs) continue;
    const { sha256 } = await import('./compile.mjs');
    if (sha256(readFileSync(file)) !== source.sha256) return false;
    Object.assign(source, { mtimeMs: found.mtimeMs, ctimeMs: found.ctimeMs });
    touched = true;
  }
  if (touched) await remember(folder, current);
  return true;
}

async function remember(folder, current) {
  const { writeCurrent } = await import('./compile.mjs');
  try {
    writeCurrent(folder, current);
  } catch {
    // Then the next start compares contents again.
  }
}
