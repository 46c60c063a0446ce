/** The files that go into an image, by names that are the same on every machine, and the packages that they belong to. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { toHex } from '../../firmware/bytes/hex.js';
import { repositoryRoot } from '../node/repository.js';

/** A file that went in. */
export interface InputFile {
  /** A package's begin with `node_modules/`, the author's own with `app:`; the framework's are from its root. */
  name: string;
  /** Of its contents, 64 hex digits. */
  sha256: string;
}

/** A package of which files went in. */
export interface InputPackage {
  name: string;
  version: string;
  /** As the package says it (SPDX); undefined where it says none. */
  license?: string;
  /** Over name and SHA-256 of each of its files that went in, 64 hex digits. */
  sha256: string;
}

export interface Inputs {
  /** 0x and 64 hex digits, over name and contents of all files. */
  source: string;
  /** The author's own, by name. */
  own: readonly InputFile[];
  /** The framework first, then the others by name. */
  packages: readonly InputPackage[];
}

/**
 * @param paths of the bundle, absolute or from the repository's root
 * @param text the contents of `<stdin>`
 * @param app path of the author's app, absolute
 */
export function inputsOf(
  paths: readonly string[],
  text: string | undefined,
  app: string | undefined,
): Inputs {
  const all = createHash('sha256');
  const own: InputFile[] = [];
  const byFolder = new Map<string, InputFile[]>();
  const named = paths.map(path => ({ path, name: nameOfInput(path, app) }));
  for (const { name, path } of named.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const contents = path === '<stdin>' ? text! : readFileSync(resolve(repositoryRoot, path));
    const file = { name, sha256: createHash('sha256').update(contents).digest('hex') };
    all.update(lineOf(file));
    const folder = folderOf(name, path);
    if (folder === undefined) own.push(file);
    else if (byFolder.get(folder)?.push(file) === undefined) byFolder.set(folder, [file]);
  }
  const framework = packageOf(repositoryRoot, byFolder.get(repositoryRoot) ?? []);
  byFolder.delete(repositoryRoot);
  const others = [...byFolder].map(([folder, files]) => packageOf(folder, files));
  others.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { source: toHex(all.digest()), own, packages: [framework, ...others] };
}

const lineOf = ({ name, sha256 }: InputFile): string => `${name}\0${sha256}\n`;

/** The folder of the package that a file is of; undefined for the author's own. */
function folderOf(name: string, path: string): string | undefined {
  if (name.startsWith('app:')) return undefined;
  const inner = /^(.*?)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(name);
  if (!inner) return repositoryRoot;
  const absolute = resolve(repositoryRoot, path);
  const wanted = join('node_modules', ...inner[2].split('/'));
  return absolute.slice(0, absolute.lastIndexOf(wanted) + wanted.length);
}

interface PackageFile {
  name: string;
  version: string;
  license?: string;
}

const packageFile = (folder: string): PackageFile =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageFile;

function packageOf(folder: string, files: readonly InputFile[]): InputPackage {
  const { license, name, version } = packageFile(folder);
  const sha256 = createHash('sha256').update(files.map(lineOf).join('')).digest('hex');
  return { name, version, ...(typeof license === 'string' && { license }), sha256 };
}

/**
 * The name of a file that went in, the same wherever the framework and the author's folder lie: a package's begin with
 * `node_modules/`, the author's own with `app:`.
 *
 * @param path absolute, or from the repository's root
 */
export function nameOfInput(path: string, app: string | undefined): string {
  const slashes = (text: string) => text.split(sep).join('/');
  const own = slashes(relative(repositoryRoot, resolve(repositoryRoot, path)));
  if (path === '<stdin>' || !(own.startsWith('../') || own.startsWith('node_modules/'))) return own;
  const absolute = slashes(resolve(repositoryRoot, path));
  const at = absolute.lastIndexOf('/node_modules/');
  if (at >= 0) return absolute.slice(at + 1);
  return app === undefined ? own : `app:${slashes(relative(dirname(app), absolute))}`;
}
