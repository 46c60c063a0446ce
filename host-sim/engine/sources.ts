/** The C sources of an XS board: three folders of ours, and three packages that are only sources to us. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../node/repository.js';

/** Something that the build needs is not there. The message says which command gets it. */
export class XsMissing extends Error {}

const packages = join(repositoryRoot, 'node_modules');
const xsFolder = join(packages, '@agoric', 'xsnap', 'moddable', 'xs');
const blsFolder = join(packages, '@chainsafe', 'blst', 'blst', 'src');
const curveFolder = join(packages, 'secp256k1', 'src', 'secp256k1');
const engineFolder = join(repositoryRoot, 'host-sim', 'engine');
const nativeFolders = ['crypto', 'json'].map(room => join(repositoryRoot, 'firmware', room, 'native'));
/** Of a chip's own C, what every board shares. */
const chipFolder = join(repositoryRoot, 'firmware', 'esp32', 'native');

export interface Sources {
  /** Folders with headers of ours, and of others. */
  ours: string[];
  theirs: string[];
  /** The XS engine, about 46 files. */
  engine: string[];
  /** The files that every XS board shares, and those that boards on an operating system share besides. */
  host: string[];
  posix: string[];
  /** The firmware's own C. */
  native: string[];
  /** Makes the table of secp256k1 that is compiled in. */
  tableMaker: string;
  /** The packages with their versions: what changes when they do. */
  versions: string;
}

export const cFiles = (folder: string): string[] =>
  readdirSync(folder)
    .filter(name => name.endsWith('.c'))
    .sort()
    .map(name => join(folder, name));

function versionOf(name: string): string {
  const file = join(packages, name, 'package.json');
  if (!existsSync(file)) {
    throw new XsMissing(
      `the package ${name} is not installed, and it carries C sources that XS boards are built from. ` +
        'It is an optional dependency: npm ci --include=optional',
    );
  }
  return `${name} ${(JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version}`;
}

/** @throws XsMissing */
export function findSources(): Sources {
  const versions = [versionOf('@agoric/xsnap'), versionOf('secp256k1'), versionOf('@chainsafe/blst')].join(
    ', ',
  );
  return {
    ours: [join(engineFolder, 'host'), join(engineFolder, 'posix'), ...nativeFolders, chipFolder],
    theirs: [
      ...['includes', 'platforms', 'sources'].map(folder => join(xsFolder, folder)),
      ...[curveFolder, join(curveFolder, 'src'), blsFolder],
    ],
    engine: cFiles(join(xsFolder, 'sources')),
    host: cFiles(join(engineFolder, 'host')),
    posix: cFiles(join(engineFolder, 'posix')),
    native: [...nativeFolders.flatMap(cFiles), join(chipFolder, 'crashRecord.c')],
    tableMaker: join(curveFolder, 'src', 'gen_context.c'),
    versions,
  };
}
