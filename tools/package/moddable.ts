/**
 * The part of the package from which the Moddable SDK builds a project for a chip: the C sources and packages that the
 * firmware is made of, ready for the SDK's tools, and the manifest that a project's own includes.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCompiler } from '../../host-sim/engine/compiler.js';
import { makeTable } from '../../host-sim/engine/curveTable.js';
import { findSources } from '../../host-sim/engine/sources.js';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { type Manifests, readManifests } from '../moddable/modules.js';
import { writeNames } from '../moddable/names.js';
import { writePackages } from '../moddable/packages.js';
import { preloadFile, preloadsOf, prepareModules } from '../moddable/prepare.js';

/** The folder of the package in which all of it lies. */
const FOLDER = 'moddable';
/** An author's app uses what it likes of it. */
const WHOLE = ['valibot'];

/** The parts of packages that are only C sources to us: folder there → folder here. */
const sources: Readonly<Record<string, string>> = {
  '@chainsafe/blst/blst/src': 'blst/src',
  '@chainsafe/blst/blst/LICENSE': 'blst/LICENSE',
  'secp256k1/src/secp256k1/include': 'libsecp256k1/include',
  'secp256k1/src/secp256k1/src': 'libsecp256k1/src',
  'secp256k1/src/secp256k1/COPYING': 'libsecp256k1/COPYING',
};

/** Neither tests and benches of the C sources, nor code for other processors. */
const isBuilt = (path: string) => !/[\\/](?:tests?\w*|bench\w*|asm|java|valgrind\w*)(?:\.[ch])?$/.test(path);

/** Modules of the repository's own app. */
const isOfApp = (name: string) => name === 'project/app' || name.startsWith('firmware/apps/');

/** @throws XsMissing where the C sources or a compiler are not there */
export async function writeModdable(folder: string): Promise<void> {
  const to = join(folder, FOLDER);
  mkdirSync(to, { recursive: true });
  for (const [from, name] of Object.entries(sources)) {
    cpSync(join(repositoryRoot, 'node_modules', from), join(to, name), { recursive: true, filter: isBuilt });
  }
  writeNames(to);
  rmSync(join(to, 'names', 'projectApp.js'));
  await makeTable(await findCompiler(), findSources(), join(to, 'secp256k1'));
  const manifests = await prepareModules('esp32');
  await writePackages(typescriptOf(manifests), join(to, 'packages'), WHOLE);
  const listed = readManifests('esp32', undefined, [preloadFile('esp32')]).preload;
  const preload = preloadsOf({ ...manifests, preload: listed }).filter(name => !isOfApp(name));
  writeFileSync(join(to, 'preload.esp32.json'), `${JSON.stringify({ preload }, null, 2)}\n`);
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(projectManifest(), null, 2)}\n`);
}

const typescriptOf = ({ modules }: Manifests): string[] =>
  [...modules].filter(([name, file]) => !isOfApp(name) && file.endsWith('.ts')).map(([, file]) => file);

/** The repository's manifest, for a project that has an app and a name of its own. */
function projectManifest(): object {
  const {
    build: _,
    include,
    platforms: __,
    ...rest
  } = JSON.parse(readFileSync(join(repositoryRoot, 'manifest.json'), 'utf8'));
  const chip = { include: ['./firmware/esp32/manifest.json', `./${FOLDER}/preload.esp32.json`] };
  return {
    build: {
      HOLDFAST_BUILD: `./${FOLDER}`,
      HOLDFAST_BLST: `./${FOLDER}/blst/src`,
      HOLDFAST_SECP256K1: `./${FOLDER}/libsecp256k1`,
    },
    include,
    platforms: { esp32: chip, 'esp32/*': chip },
    ...rest,
  };
}
