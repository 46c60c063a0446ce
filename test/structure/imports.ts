/** All imports of the repository, each with its line, and what the arrows say of them. */
import * as fs from 'node:fs';
import { join, posix } from 'node:path';
import { complaint, importsOf, readArrows } from './arrows.js';
import { isCode, readSources, root, type Sources } from './sources.js';

/** The packages that those install who use the project. */
export function shippedPackages(): ReadonlySet<string> {
  const manifest = JSON.parse(fs.readFileSync(join(root, 'package.json'), 'utf8'));
  return new Set(Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }));
}

const folders = new Set(['firmware', 'contracts', 'host-sim', 'tools', 'test']);

/** All code of the repository's folders, tests included. */
export const readCode = (): Sources => readSources(path => isCode(path) && folders.has(path.split('/')[0]));

/** Imports that no arrow allows, each as a line of text with file and line; `count` is how many were looked at. */
export function upwardImports(sources = readCode()): { wrong: string[]; count: number } {
  const arrows = readArrows();
  const shipped = shippedPackages();
  const wrong: string[] = [];
  let count = 0;
  for (const [path, text] of sources) {
    for (const { specifier, line } of importsOf(path, text)) {
      count++;
      // Outside the firmware a computed import is how a built bundle is loaded.
      if (specifier === undefined && !path.startsWith('firmware/')) continue;
      const reason = specifier === undefined ? 'not a literal' : complaint(path, specifier, shipped, arrows);
      if (reason) wrong.push(`${path}:${line} imports ${specifier}: ${reason}`);
    }
  }
  return { wrong, count };
}

/** An import of one of our files by another. */
export interface Link {
  /** As written. */
  specifier: string;
  target: string;
  line: number;
}

const endings: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.js'],
  '.mjs': ['.mts', '.mjs'],
};

/** File → the files of ours that it imports, type imports included. */
export function importGraph(sources: Sources): ReadonlyMap<string, readonly Link[]> {
  const resolve = (path: string): string | undefined => {
    const ending = posix.extname(path);
    const stem = path.slice(0, path.length - ending.length);
    return [path, ...(endings[ending] ?? []).map(other => stem + other)].find(file => sources.has(file));
  };
  return new Map(
    [...sources].map(([path, text]) => {
      const links = importsOf(path, text).flatMap(({ specifier, line }) => {
        if (!specifier?.startsWith('.')) return [];
        const target = resolve(posix.join(posix.dirname(path), specifier));
        return target === undefined ? [] : [{ specifier, target, line }];
      });
      return [path, links];
    }),
  );
}
