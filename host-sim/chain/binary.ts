/** The anvil of this platform. Its own package is used directly: going through npx costs half a second. */
import { createRequire } from 'node:module';

/** Node's architectures, as the packages of Foundry call them. */
const architectures: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Path of anvil's executable.
 * @throws Error with one line that names the remedy, when no package for this platform is installed.
 */
export function anvilBinary(
  platform: string = process.platform,
  architecture: string = process.arch,
): string {
  const name = `@foundry-rs/anvil-${platform}-${architectures[architecture] ?? architecture}`;
  const file = platform === 'win32' ? 'anvil.exe' : 'anvil';
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/${file}`);
  } catch {
    throw new Error(
      `no chain to start: the package ${name} is not installed ` +
        `(run "npm install --no-save ${name}", or give any running anvil with --rpc URL)`,
    );
  }
}
