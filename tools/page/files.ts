/** The built page's files, as the server gives them. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { repositoryRoot } from '../../host-sim/node/repository.js';

/** The folder of the page in the package that authors install. */
export const packedPage = join(repositoryRoot, 'dist', 'page');
/** The folder in which the repository builds it. */
export const builtPage = join(repositoryRoot, '.build', 'page');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** Path, `/` for the first → content with its type. @throws Error where there is no page in that folder */
export function readPage(folder: string): ReadonlyMap<string, { type: string; bytes: Uint8Array }> {
  const files = new Map<string, { type: string; bytes: Uint8Array }>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = types[extname(name)];
    if (type === undefined) continue;
    const path = `/${name.split(sep).join('/')}`;
    files.set(path === '/index.html' ? '/' : path, { type, bytes: readFileSync(join(folder, name)) });
  }
  return files;
}
