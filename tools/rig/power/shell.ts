/** A program of the bench: its end, and what it said. */
import { spawn } from 'node:child_process';
import { Failure, oneLine } from '../../cli/failure.js';

export interface Ran {
  status: number | null;
  /** Both outputs, the end of them. */
  said: string;
}

/** Runs a program with arguments, or a line for the shell. */
export type RunProgram = (words: readonly string[] | string) => Promise<Ran>;

interface RunOptions {
  code: 'power' | 'prepare';
  milliseconds: number;
  signal?: AbortSignal;
  /** Beside that of this process. */
  environment?: Readonly<Record<string, string>>;
}

const SAID_CHARACTERS_MAX = 4096;

/**
 * Runs one, with an end.
 *
 * @param milliseconds after which it is killed, with what it started
 * @throws Failure of that code when it cannot be started, or does not end
 */
export function runProgram(
  words: readonly string[] | string,
  { code, environment, milliseconds, signal }: RunOptions,
): Promise<Ran> {
  const [program, given] = typeof words === 'string' ? ['sh', ['-c', words]] : [words[0], words.slice(1)];
  return new Promise((resolve, reject) => {
    // A group of its own: Ctrl-C is for this process to handle, which then still needs the supply.
    const child = spawn(program, given, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...environment },
    });
    let said = '';
    const hear = (chunk: Buffer) => (said = (said + chunk).slice(-SAID_CHARACTERS_MAX));
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    let isLate = false;
    const kill = () => {
      isLate = true;
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {
        // It has just ended.
      }
    };
    const timer = setTimeout(kill, milliseconds);
    signal?.addEventListener('abort', kill, { once: true });
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', kill);
    };
    child.once('error', error => {
      end();
      reject(new Failure(code, `${program} cannot be started: ${oneLine(error.message)}`));
    });
    child.once('close', status => {
      end();
      if (isLate)
        reject(new Failure(code, `${oneLine(`${words}`, 100)} did not end within ${milliseconds / 1000} s.`));
      else resolve({ status, said });
    });
  });
}
