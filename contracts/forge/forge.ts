/** Runs forge (from npm, its binary directly) on the contracts' tests. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { repositoryFolder } from '../build/sources.js';

export interface ForgeResult {
  code: number;
  output: string;
}

/** forge's binary, or undefined where the platform package is absent. */
export function forgeBinary(): string | undefined {
  const os = process.platform === 'win32' ? 'win32' : process.platform;
  const cpu = process.arch === 'x64' ? 'amd64' : process.arch;
  try {
    const manifest = createRequire(import.meta.url).resolve(`@foundry-rs/forge-${os}-${cpu}/package.json`);
    const binary = join(dirname(manifest), 'bin', os === 'win32' ? 'forge.exe' : 'forge');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/** Output is stdout and stderr together, without colours. `signal` ends it. */
export function forge(
  args: readonly string[],
  environment: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<ForgeResult> {
  const binary = forgeBinary();
  if (!binary)
    throw new Error('forge is not installed for this platform: it comes with `npm ci` on Linux x64.');
  return new Promise((resolve, reject) => {
    const child = spawn(binary, [...args, '--root', repositoryFolder, '--color', 'never'], {
      cwd: repositoryFolder,
      env: { ...process.env, FOUNDRY_CONFIG: 'contracts/foundry.toml', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', chunk => chunks.push(chunk));
    child.stderr.on('data', chunk => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', code => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }));
  });
}

/** Creation code for the tests' HOLDFAST_CODE_ variables: the very code that is deployed, or a mutant of it. */
export function codeVariables(code: Partial<Record<string, string>>): Record<string, string> {
  const names: Record<string, string> = {
    Device: 'DEVICE',
    Fleet: 'FLEET',
    ReleaseChannel: 'RELEASE_CHANNEL',
    Factory: 'FACTORY',
  };
  return Object.fromEntries(
    Object.entries(code).map(([contract, bytecode]) => [`HOLDFAST_CODE_${names[contract]}`, bytecode!]),
  );
}

/** The failures of a run, for a person: one line each. */
export const failures = (output: string): string[] =>
  [...new Set(output.split('\n').filter(line => /^\s*\[FAIL|^Error/.test(line)))].map(line => line.trim());
