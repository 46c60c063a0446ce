/** The package as an author has it: built, packed, and installed from its tarball into an empty folder. */
import { execFile } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildPackage } from '../../../tools/package/build.js';
import { cleanEnvironment } from '../support.js';

export interface Installed {
  /** The author's folder; with the package in its node_modules where it is installed, and nothing else. */
  folder: string;
  tarball: string;
  /** Runs a program in the folder, or in `cwd`. @throws with what it said, when its status is not 0 */
  run(command: string, args: readonly string[], cwd?: string): Promise<string>;
  remove(): void;
}

/** The environment of an author’s shell: nothing of the npm that runs these tests. */
export const authorsEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(cleanEnvironment()).filter(([name]) => !/^(npm_|NODE_OPTIONS|INIT_CWD)/.test(name)),
  );

/** A folder of an author, beside a tarball of the package as the sources are now. */
export async function packPackage(): Promise<Installed> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-author-')));
  const remove = () => rmSync(root, { recursive: true, force: true });
  process.once('exit', remove);
  const folder = join(root, 'author');
  const built = join(root, 'holdfast');
  await buildPackage(built);
  const run = async (command: string, args: readonly string[], cwd = folder) => {
    const options = { cwd, env: authorsEnvironment(), maxBuffer: 1 << 26 };
    const { stdout } = await promisify(execFile)(command, [...args], options);
    return stdout;
  };
  mkdirSync(folder);
  const packed = JSON.parse(await run('npm', ['pack', '--json', '--pack-destination', root], built));
  rmSync(built, { recursive: true });
  return { folder, tarball: join(root, packed[0].filename), run, remove };
}

/** The same, and the package is installed there. */
export async function installPackage(): Promise<Installed> {
  const packed = await packPackage();
  writeFileSync(join(packed.folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const install = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  await packed.run('npm', [...install, packed.tarball]);
  return packed;
}

/** Bytes of all files below a folder. */
export function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(path => lstatSync(join(folder, path)))
    .filter(found => found.isFile())
    .reduce((sum, { size }) => sum + size, 0);
}
