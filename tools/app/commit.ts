/** The commit that an author's folder is at, as Git says it. */
import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import type { Commit } from '../../host-sim/image/provenance.js';

const TIMEOUT_MS = 5000;
/** Bytes of the list of changed files, of which one is enough to know. */
const OUTPUT_BYTES_MAX = 1_000_000;

/** Undefined where there is no Git, no repository or no commit yet. Never throws but for the signal. */
export async function commitOf(file: string, signal: AbortSignal): Promise<Commit | undefined> {
  const folder = dirname(file);
  const [hash, changes] = await Promise.all([
    git(folder, signal, 'rev-parse', '--verify', 'HEAD'),
    git(folder, signal, 'status', '--porcelain', '--', '.'),
  ]);
  signal.throwIfAborted();
  const named = hash?.trim();
  if (named === undefined || changes === undefined || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(named))
    return undefined;
  return { hash: named, isChanged: changes !== '' };
}

/** The output; undefined when it failed. */
function git(folder: string, signal: AbortSignal, ...words: string[]): Promise<string | undefined> {
  const options = { cwd: folder, signal, timeout: TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX };
  return new Promise(resolve => {
    execFile('git', words, options, (error, stdout) => resolve(error ? undefined : stdout));
  });
}
