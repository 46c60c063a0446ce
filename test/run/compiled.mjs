/** The tests in their compiled form, for ava. Plain JavaScript, since it runs before anything is compiled. */
import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileEach } from '../../host-sim/node/program/compile.mjs';
import { others } from '../../host-sim/node/program/importCompiled.mjs';

/** It chooses for a whole process what Lodestar's packages are, and must run before any of them. */
const first = 'test/firmware/beacon/minimalPreset.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Compiles every test of the repository, in about two seconds.
 *
 * @returns {Promise<string>} the folder that stands for `test/`, from the repository's root, with a slash at its end
 * @throws esbuild's BuildFailure, with file and line, when a test does not compile
 */
export async function compiledTests() {
  const entries = readdirSync(join(root, 'test'), { recursive: true })
    .filter(name => name.endsWith('.test.ts'))
    .map(name => `test/${name.split(sep).join('/')}`)
    .sort();
  const folder = await compileEach({ root, entries, folder: join(root, '.build', 'tests'), others, first });
  return `${relative(root, folder).split(sep).join('/')}/test/`;
}
