/** Runs one program of a build: its words go to a file, its progress to whoever asks, its failure into one message. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildFolder } from './modules.js';

/** The program failed; the message has its last words and where the rest is. */
export class StepFailed extends Error {}

export interface StepOptions {
  /** Of the file with what it said. */
  name: string;
  cwd: string;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  /** Told of every line that says what is being done ("# xsc trie.xsb"). */
  onProgress?(line: string): void;
}

const lastLines = 12;

/** @throws StepFailed, and the signal's reason when it is aborted */
export async function runStep(
  command: string,
  given: readonly string[],
  options: StepOptions,
): Promise<void> {
  const { cwd, env, name, onProgress, signal } = options;
  mkdirSync(buildFolder, { recursive: true });
  const logFile = join(buildFolder, `${name}.log`);
  const log = createWriteStream(logFile);
  // A group of its own: make has children, and they end with it.
  const child = spawn(command, given, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => endGroup(child);
  signal?.addEventListener('abort', end, { once: true });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', line => {
      log.write(`${line}\n`);
      if (/^# /.test(line)) onProgress?.(line.slice(2));
    });
  }
  try {
    const status = await new Promise<number | string>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, killed) => resolve(code ?? killed ?? 'ended'));
    });
    await new Promise(resolve => log.end(resolve));
    signal?.throwIfAborted();
    if (status !== 0)
      throw new StepFailed(`${command}: ${status}\n${tail(logFile)}\n(all of it: ${logFile})`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new StepFailed(`there is no ${command} here`);
    throw error;
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}

/** Warnings of the linker aside, which come by the hundred. */
function tail(file: string): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines
    .filter(line => !line.startsWith('### warning'))
    .slice(-lastLines)
    .join('\n');
}
