/** The built page's files, as the server gives them. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { repositoryRoot } from '../../host-sim/node/repository.js';

/** The folder of the page in the package that authors install. */
export const packedPage = join(repositoryRoot, 'dist', 'page');
/** The folder in which the repository builds it. */
export const builtPage = join(repositoryRoot, '.build', 'page');

/** In either: what plays a recording. The page does not load it; a recording's file has it inside. */
export const PLAYER_FILE = 'player.js';
const PACKED = '.gz';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** Path, `/` for the first → content with its type. @throws Error where there is no page in that folder */
export function readPage(folder: string): ReadonlyMap<string, { type: string; bytes: Uint8Array }> {
  const files = new Map<string, { type: string; bytes: Uint8Array }>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const isPacked = name.endsWith(PACKED);
    const plain = isPacked ? name.slice(0, -PACKED.length) : name;
    const type = types[extname(plain)];
    if (type === undefined) continue;
    const path = `/${plain.split(sep).join('/')}`;
    const stored = readFileSync(join(folder, name));
    const bytes = isPacked ? gunzipSync(stored) : stored;
    files.set(path === '/index.html' ? '/' : path, { type, bytes });
  }
  return files;
}

/** Packs the files of a page's folder in place: in the package they are a third as long. */
export function packPage(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (types[extname(name)] === undefined) continue;
    writeFileSync(join(folder, name + PACKED), gzipSync(readFileSync(join(folder, name)), { level: 9 }));
    rmSync(join(folder, name));
  }
}
