/** Builds the page: what a browser loads, in one folder, made anew when a source of it changed. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { builtPage } from './files.js';

const sources = join(repositoryRoot, 'host-sim', 'page');
/** In the built folder: the hash of what it was built from. */
const SOURCES_FILE = 'sources.txt';

/** The hash of everything that the page is made of. */
function hashOfSources(): string {
  const hash = createHash('sha256');
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).sort();
  for (const file of [...files, '../../package-lock.json']) {
    if (!/\.(tsx?|css|html|json)$/.test(file)) continue;
    hash.update(`${file}\n`).update(readFileSync(join(sources, file)));
  }
  return hash.digest('hex');
}

/** Builds it where it is not up to date. True when it was built. @throws vite's error */
export async function buildPage(outDir = builtPage): Promise<boolean> {
  const wanted = hashOfSources();
  const file = join(outDir, SOURCES_FILE);
  if (existsSync(file) && readFileSync(file, 'utf8') === wanted) return false;
  const { build } = await import('vite');
  await build({
    configFile: false,
    root: join(sources, 'view'),
    base: './',
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    // Beside one script and one style sheet nothing is loaded: a preloader would be one more thing to allow.
    build: { outDir, emptyOutDir: true, modulePreload: { polyfill: false }, reportCompressedSize: false },
  });
  writeFileSync(file, wanted);
  return true;
}
