/**
 * The part of the package from which the Moddable SDK builds a project for a chip: the C sources and packages that the
 * firmware is made of, ready for the SDK's tools, and the manifest that a project's own includes.
 */
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCompiler } from '../../host-sim/engine/compiler.js';
import { makeTable } from '../../host-sim/engine/curveTable.js';
import { findSources } from '../../host-sim/engine/sources.js';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { partitionFile } from '../chip/partitionFile.js';
import { type FlashSize, flashSizes } from '../chip/partitions.js';
import { bundleChip } from '../moddable/chipBundle.js';
import { settingsOf } from '../moddable/esp32.js';
import { writeNames } from '../moddable/names.js';
import { writePackages } from '../moddable/packages.js';
import { writeBundle } from '../moddable/prepare.js';

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

/**
 * The entry for mcpack, which follows the static imports of a package's `main` and knows no module of a manifest; with
 * mcconfig the manifest names the main module by itself. Both call the default export.
 */
const START = `// The entry of a project for mcpack: the firmware, which imports the app by the project's manifest.
import('firmware/esp32/main').then(({ default: main }) => main());
`;

/** @throws XsMissing where the C sources or a compiler are not there */
export async function writeModdable(folder: string): Promise<void> {
  const to = join(folder, FOLDER);
  mkdirSync(to, { recursive: true });
  for (const [from, name] of Object.entries(sources)) {
    cpSync(join(repositoryRoot, 'node_modules', from), join(to, name), { recursive: true, filter: isBuilt });
  }
  writeFileSync(join(to, 'start.js'), START);
  writeNames(to);
  await makeTable(await findCompiler(), findSources(), join(to, 'secp256k1'));
  const bundle = await bundleChip();
  writeBundle(bundle, to);
  // Of the sources here the relay's ask for no package but those.
  await writePackages(
    [join(repositoryRoot, 'firmware', 'apps', 'relay', 'relay.ts')],
    join(to, 'packages'),
    WHOLE,
  );
  const preload = [...bundle.modules.keys(), ...WHOLE, 'holdfast/app', 'holdfast/listenerDeclaration'].sort();
  writeFileSync(
    join(to, 'preload.esp32.json'),
    `${JSON.stringify({ modules: packages, preload }, null, 2)}\n`,
  );
  for (const flash of flashSizes) writeFlash(to, flash);
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(projectManifest(), null, 2)}\n`);
}

/** The manifest that a project includes after the framework’s to choose the flash of its chip; 4 MB without it. */
function writeFlash(to: string, flash: FlashSize): void {
  const folder = join(to, 'flash', flash);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'sdkconfig.defaults'), settingsOf({ flash }));
  copyFileSync(
    join(repositoryRoot, 'firmware', 'esp32', partitionFile(flash)),
    join(folder, 'partitions.csv'),
  );
  // The SDK takes a path as beside the manifest by its `./` alone.
  const build = { SDKCONFIGPATH: './', PARTITIONS_FILE: './partitions.csv' };
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify({ build }, null, 2)}\n`);
}

/** Packages that an app imports, as modules of its image; the firmware has its own parts of them. */
const packages = Object.fromEntries(WHOLE.map(name => [name, `./packages/${name}`]));

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
