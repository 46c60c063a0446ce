/** Builds the page: what a browser loads, in one folder, made anew when a source of it changed. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { builtPage, PLAYER_FILE } from './files.js';

const sources = join(repositoryRoot, 'host-sim', 'page');
/** In the built folder: the hash of what it was built from. */
const SOURCES_FILE = 'sources.txt';

/** Folders of whose files page and player are made. */
const folders = ['host-sim/page', 'host-sim/recording', 'host-sim/node/flash', 'firmware'];

/** The hash of everything that they are made of. */
function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const files = readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' }).sort();
    for (const file of files) {
      if (!/\.(tsx?|css|html|json)$/.test(file)) continue;
      hash.update(`${file}\n`).update(readFileSync(join(repositoryRoot, folder, file)));
    }
  }
  return hash.update(readFileSync(join(repositoryRoot, 'package-lock.json'))).digest('hex');
}

/** One script that makes a global `player` of what plays a recording in a worker. */
async function buildPlayer(outDir: string): Promise<void> {
  const { build } = await import('esbuild');
  await build({
    entryPoints: [join(repositoryRoot, 'host-sim/recording/workerReplay.ts')],
    outfile: join(outDir, PLAYER_FILE),
    absWorkingDir: repositoryRoot,
    ...{ bundle: true, minify: true, format: 'iife', globalName: 'player', target: 'es2022' },
    ...{ platform: 'neutral', mainFields: ['module', 'main'], charset: 'ascii' },
  });
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
  await buildPlayer(outDir);
  writeFileSync(file, wanted);
  return true;
}
