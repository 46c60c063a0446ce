/** A command that lasts, as its own process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { bin, cleanEnvironment, type Ran } from './support.js';

export function start(args: string[], cwd: string) {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ran: Ran = { status: null, stdout: '', stderr: '' };
  child.stdout.on('data', chunk => {
    ran.stdout += chunk;
  });
  child.stderr.on('data', chunk => {
    ran.stderr += chunk;
  });
  const closed = once(child, 'close');
  return {
    child,
    /** Its output so far. */
    said: (): string => ran.stdout,
    /** Its words beside that so far. */
    noted: (): string => ran.stderr,
    /** Resolves when its output contains `text`; rejects when it ends before. */
    async says(text: string): Promise<void> {
      while (!ran.stdout.includes(text)) {
        if (child.exitCode !== null) throw new Error(`it ended: ${ran.stderr}`);
        await Promise.race([once(child.stdout, 'data'), closed]);
      }
    },
    async notes(text: string): Promise<void> {
      while (!ran.stderr.includes(text)) {
        if (child.exitCode !== null) throw new Error(`it ended: ${ran.stderr}`);
        await Promise.race([once(child.stderr, 'data'), closed]);
      }
    },
    async interrupt(): Promise<Ran> {
      child.kill('SIGINT');
      const [status] = await closed;
      return { ...ran, status };
    },
  };
}
