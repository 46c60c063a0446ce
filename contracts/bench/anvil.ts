/** A chain of the benchmark's own: anvil, on a free port, with the EVM version that the contracts are compiled for. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EVM_VERSION } from '../build/settings.js';

/** Throws when anvil is not installed for this platform, or ends at once. */
export function startChain(...args: string[]): Promise<{ rpc: string; close(): void }> {
  const cpu = process.arch === 'x64' ? 'amd64' : process.arch;
  let binary: string;
  try {
    const manifest = `@foundry-rs/anvil-${process.platform}-${cpu}/package.json`;
    binary = join(dirname(createRequire(import.meta.url).resolve(manifest)), 'bin', 'anvil');
  } catch {
    throw new Error('anvil is not installed for this platform: it comes with `npm ci` on Linux x64.');
  }
  const child = spawn(binary, ['--port', '0', '--hardfork', EVM_VERSION, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const close = () => void child.kill();
  process.once('exit', close);
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', chunk => {
      if (output.length < 20_000) output += chunk;
      const address = /Listening on (\S+)/.exec(output)?.[1];
      if (address) resolve({ rpc: `http://${address}`, close });
    });
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`anvil ended with ${code}`)));
  });
}
