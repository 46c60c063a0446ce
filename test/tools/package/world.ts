/** `holdfast start` of an author, as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { authorsEnvironment } from './installed.js';

export type World = Awaited<ReturnType<typeof startWorld>>;

/** Runs the installed command in `folder` until its hints are printed. @throws with what it said when it ends before */
export async function startWorld(folder: string, modules: string, args: readonly string[]) {
  const bin = join(modules, 'holdfast', 'tools', 'holdfast.mjs');
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: folder,
    env: authorsEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const waiting = new Set<() => void>();
  const closed = once(child, 'close');
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk;
      if (said.includes('Ctrl-C')) resolve();
      for (const look of waiting) look();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('close', () => reject(new Error(said)));
  });
  return {
    said: () => said,
    /** Resolves once it has said that, from the beginning on. */
    says: (what: string) =>
      new Promise<void>(resolve => {
        const look = () => {
          if (!said.includes(what)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    async stop(): Promise<void> {
      child.kill('SIGINT');
      await closed;
    },
  };
}
