/** The types of an author's app, by the TypeScript of the author's own folder. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { Failure } from '../cli/failure.js';

/** Lines of errors that are shown. */
const LINES_MAX = 10;
/** Characters of the compiler's words that are kept. */
const CHARACTERS_MAX = 20_000;

/** The folder at or above `path` that has a tsconfig.json; undefined where none has. */
function projectOf(path: string): string | undefined {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'tsconfig.json'))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/**
 * Checks the project that `path` belongs to, in a process of its own: a check takes seconds, in which a line still moves
 * and Ctrl-C ends it. Resolves to why nothing was checked, if so.
 *
 * @throws Failure `source` with the compiler's lines, each with file and line
 */
export async function checkTypes(path: string, signal: AbortSignal): Promise<string | undefined> {
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
  const { lines, status } = await compile(compiler, folder, signal);
  if (status === 0) return undefined;
  throw new Failure('source', `The types are wrong:\n${lines.join('\n')}`);
}

/** Runs the compiler in the folder; its first lines, and its exit status. @throws Error, when it did not run to its end */
function compile(
  compiler: string,
  folder: string,
  signal: AbortSignal,
): Promise<{ lines: string[]; status: number }> {
  const child = spawn(process.execPath, [compiler, '--noEmit', '--pretty', 'false', '-p', folder], {
    cwd: folder,
    signal,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    if (text.length < CHARACTERS_MAX) text += part;
  });
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    child.once('error', error => {
      failure = error;
      if (child.pid === undefined) reject(error);
    });
    // Interrupted, it is over when the process is.
    child.once('close', (status, killed) => {
      if (status === null) return reject(failure ?? new Error(`the check of types was ended by ${killed}`));
      resolve({ lines: text.trim().split('\n').slice(0, LINES_MAX), status });
    });
  });
}
