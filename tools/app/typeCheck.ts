/** The types of an author's app, by the TypeScript of the author's own folder. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { Failure } from '../cli/failure.js';

/** Lines of errors that are shown. */
const LINES_MAX = 10;

/** The folder at or above `path` that has a tsconfig.json; undefined where none has. */
function projectOf(path: string): string | undefined {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'tsconfig.json'))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/**
 * Checks the project that `path` belongs to. Returns why nothing was checked, if so.
 * @throws Failure `source` with the compiler's lines, each with file and line
 */
export function checkTypes(path: string): string | undefined {
  const folder = projectOf(path);
  // npm run check looks at all of it.
  if (folder === repositoryRoot) return undefined;
  if (folder === undefined) return 'no tsconfig.json at or above it';
  let compiler: string;
  try {
    compiler = createRequire(join(folder, 'package.json')).resolve('typescript/lib/tsc.js');
  } catch {
    return 'TypeScript is not installed there (npm i -D typescript)';
  }
  const ran = spawnSync(process.execPath, [compiler, '--noEmit', '--pretty', 'false', '-p', folder], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (ran.status === 0) return undefined;
  const lines = ran.stdout.trim().split('\n').slice(0, LINES_MAX);
  throw new Failure('source', `The types are wrong:\n${lines.join('\n')}`);
}
