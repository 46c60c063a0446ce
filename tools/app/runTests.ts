/** The tests of an app: TypeScript, compiled beside the project's packages and run by Node's own test runner. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Failure } from '../cli/failure.js';
import { compileModules } from './compileModules.js';

export interface TestsOptions {
  /** Files; all `*.test.ts` of the folder if there are none. */
  files: readonly string[];
  /** Absolute. */
  directory: string;
  /** True: the runner's words go to standard error. */
  quiet: boolean;
  signal: AbortSignal;
}

/** Runs them and gives the count of files, and whether all passed. @throws Failure `file`, `source` */
export async function runTests(options: TestsOptions): Promise<{ files: number; passed: boolean }> {
  const { directory, quiet, signal } = options;
  const found = readdirSync(directory).filter(name => name.endsWith('.test.ts'));
  const files = (options.files.length > 0 ? options.files : found).map(file => resolve(directory, file));
  if (files.length === 0)
    throw new Failure('file', `${directory} has no *.test.ts: write one, or name the files.`);
  const home = join(directory, '.holdfast');
  mkdirSync(home, { recursive: true });
  // In the project, so that the packages that tests import are found from there.
  const outdir = mkdtempSync(join(home, 'tests-'));
  try {
    const made = await compileModules(files, outdir);
    const child = spawn(process.execPath, ['--enable-source-maps', '--test', ...made], {
      cwd: directory,
      stdio: ['ignore', quiet ? 2 : 'inherit', 'inherit'],
      signal,
    });
    const [status] = await once(child, 'close');
    return { files: files.length, passed: status === 0 };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
