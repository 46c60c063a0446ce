/** The Solidity sources: ours from `contracts/src`, OpenZeppelin's from its package. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const contractsFolder = dirname(dirname(fileURLToPath(import.meta.url)));
/** The folder of the repository, absolute. */
export const repositoryFolder = dirname(contractsFolder);

/** All of `contracts/src`, by the name that compiler messages show (relative to the repository), sorted. */
export function ownSources(): Map<string, string> {
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.name.endsWith('.sol')) found.push(path);
    }
  };
  walk(join(contractsFolder, 'src'));
  return new Map(
    found
      .sort()
      .map(path => [relative(repositoryFolder, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')]),
  );
}

/** A file of a package that a source imports, or undefined. */
export function importedSource(name: string): string | undefined {
  try {
    return readFileSync(require.resolve(name), 'utf8');
  } catch {
    return undefined;
  }
}

/** The exact version of an installed package. Throws when it is not installed. */
export function packageVersion(name: string): string {
  return (JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')) as { version: string })
    .version;
}
