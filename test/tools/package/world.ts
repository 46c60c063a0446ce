/** `holdfast start` of an author, as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { authorsEnvironment } from './installed.js';

/** Runs the installed command in `folder` until its hints are printed. @throws with what it said when it ends before */
export async function startWorld(folder: string, modules: string, args: readonly string[]) {
  const bin = join(modules, 'holdfast', 'tools', 'holdfast.mjs');
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: folder,
    env: authorsEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const closed = once(child, 'close');
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk;
      if (said.includes('Ctrl-C')) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('close', () => reject(new Error(said)));
  });
  return {
    said: () => said,
    async stop(): Promise<void> {
      child.kill('SIGINT');
      await closed;
    },
  };
}
