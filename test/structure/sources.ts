/** The files of this repository, as git knows them, or as they lie in the folder where there is no git. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Path with forward slashes, relative to the root → text. */
export type Sources = ReadonlyMap<string, string>;

const notOurs = new Set(['node_modules', '.git', '.build', '.holdfast']);

function walk(folder: string): string[] {
  return fs.readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (notOurs.has(entry.name)) return [];
    return entry.isDirectory() ? walk(path) : [path];
  });
}

/** Files that are tracked or about to be. */
export function listFiles(): string[] {
  try {
    const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).split('\n');
    const files = listed.filter(path => path && fs.existsSync(join(root, path)));
    if (files.length > 0) return files;
  } catch {
    // An unpacked archive, or no git on this machine.
  }
  return walk('');
}

export function readSources(wanted: (path: string) => boolean): Sources {
  return new Map(
    listFiles()
      .filter(wanted)
      .map(path => [path, fs.readFileSync(join(root, path), 'utf8')]),
  );
}

export const isCode = (path: string): boolean => /\.(tsx?|mts|js|mjs)$/.test(path);
