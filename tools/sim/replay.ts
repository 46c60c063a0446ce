/** The line that repeats a run, and a run by the sources of another commit. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { FaultName } from './faultNames.js';
import type { SimResult } from './run.js';
import type { WorldSize } from './shrink.js';

const COMMIT_DIGITS = 12;
/** Of the last words of a child, for whoever asks why it has no result. */
const SAID_CHARACTERS_MAX = 2000;

/** The words after `holdfast` that make the same world from the same sources. */
export function replayWords(
  seed: number,
  { boards, faults, hours }: WorldSize,
  all: readonly FaultName[],
  commit: string | undefined,
): string[] {
  const named = faults.length === all.length ? [] : faults.length === 0 ? ['none'] : faults;
  return [
    ...['sim', '--seed', `0x${seed.toString(16)}`, '--boards', `${boards}`, '--hours', `${hours}`],
    ...named.flatMap(fault => ['--faults', fault]),
    ...(commit ? ['--commit', commit] : []),
  ];
}

const git = async (root: string, ...words: string[]): Promise<string> =>
  (await promisify(execFile)('git', ['-C', root, ...words])).stdout.trim();

/** The commit of the sources below `root`, 12 digits; undefined when there is none, or when they differ from it. */
export async function cleanCommit(root: string): Promise<string | undefined> {
  try {
    // A package installed into somebody's repository has no commit of its own.
    if (resolve(await git(root, 'rev-parse', '--show-toplevel')) !== resolve(root)) return undefined;
    if ((await git(root, 'status', '--porcelain')) !== '') return undefined;
    return (await git(root, 'rev-parse', 'HEAD')).slice(0, COMMIT_DIGITS);
  } catch {
    return undefined;
  }
}

/**
 * Runs a command of that commit's sources, in a work tree of their own with the packages that are installed here.
 *
 * @param words after `holdfast`, without `--commit` and `--json`
 * @param tell gets its progress
 * @throws Error when the repository has no such commit, or its sources do not run
 */
export async function runAtCommit(
  root: string,
  commit: string,
  words: readonly string[],
  signal: AbortSignal,
  tell: (line: string) => void,
): Promise<SimResult> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-commit-'));
  const tree = join(folder, 'tree');
  try {
    await git(root, 'worktree', 'add', '--quiet', '--detach', tree, commit);
    await symlink(join(root, 'node_modules'), join(tree, 'node_modules'));
    const command = [join(tree, 'tools/holdfast.mjs'), ...words, '--json'];
    const result = await resultOf<SimResult & { message?: string }>(command, signal, tell);
    if (!result.logHash)
      throw new Error(`the sources of ${commit} gave no result: ${JSON.stringify(result).slice(0, 500)}`);
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
    await git(root, 'worktree', 'prune').catch(() => {});
  }
}

/**
 * The result that a `holdfast … --json` in a process of its own prints, whether or not its rules held. It is interrupted
 * on the signal, so that it takes its chain down with it, and waited for.
 *
 * @param tell gets its progress
 * @throws Error when it printed none
 */
export function resultOf<Result>(
  words: readonly string[],
  signal: AbortSignal,
  tell: (line: string) => void = () => {},
): Promise<Result> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let said = '';
    child.stdout.on('data', (piece: Buffer) => {
      output += piece;
    });
    child.stderr.on('data', (piece: Buffer) => {
      said = `${said}${piece}`.slice(-SAID_CHARACTERS_MAX);
      for (const line of `${piece}`.trim().split('\n')) tell(line);
    });
    const stop = () => child.kill('SIGINT');
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    child.on('error', fail);
    child.on('close', () => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted || !output.startsWith('{')) fail(new Error(`there was no result: ${said.trim()}`));
      else done(JSON.parse(output));
    });
  });
}
