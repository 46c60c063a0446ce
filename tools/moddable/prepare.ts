/**
 * The needs of a Moddable build that no manifest can say: a chip's bundle or the packages as ES modules, the table of
 * libsecp256k1, and the list of what is preloaded. The SDK's `preload` takes no TypeScript by pattern, so the list is
 * written out here from the manifests' modules: everything of ours is preloaded, so that no mod can take its place.
 */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findCompiler } from '../../host-sim/engine/compiler.js';
import { makeTable } from '../../host-sim/engine/curveTable.js';
import { writeChanged } from '../../host-sim/engine/guests.js';
import { findSources } from '../../host-sim/engine/sources.js';
import { bundleChip, type ChipBundle, type ChipNetwork, RELAY } from './chipBundle.js';
import { buildFolder, type Manifests, type Platform, readManifests } from './modules.js';
import { writeNames } from './names.js';
import { writePackages } from './packages.js';

/** The folder in which the SDK puts what it makes. */
export const outputFolder = join(buildFolder, 'out');

const familyOf = (platform: Platform): string => platform.split('/')[0];

/** The generated manifest of a platform, as /manifest.json includes it. */
export const preloadFile = (platform: Platform): string =>
  join(buildFolder, `preload.${familyOf(platform)}.json`);

/** Names of modules that the generated manifest preloads. */
export function preloadsOf({ modules, preload }: Manifests): string[] {
  return [...modules.keys()].filter(name => !preload.has(name)).sort();
}

/** More of the generated manifest, as the SDK reads it. */
export interface More {
  build?: Record<string, string>;
  include?: string[];
  resources?: Record<string, string[]>;
}

/** Modules and list alone: needs no C compiler. A chip's are a bundle and its façade, another platform's are packages. */
export async function prepareModules(
  platform: Platform,
  more: More = {},
  network?: ChipNetwork,
): Promise<Manifests> {
  mkdirSync(outputFolder, { recursive: true });
  writeNames(buildFolder);
  if (familyOf(platform) === 'esp32') writeBundle(await bundleChip(RELAY, network), buildFolder);
  else {
    const sources = [...readManifests(platform).modules.values()].filter(file => file.endsWith('.ts'));
    await writePackages(sources);
  }
  const manifests = readManifests(platform);
  const preload = preloadsOf({ ...manifests, preload: listed(platform) });
  writeChanged(preloadFile(platform), `${JSON.stringify({ ...more, preload }, null, 2)}\n`);
  return readManifests(platform);
}

/** The files that a chip's bundle was made of, from the repository's root: beside its modules below that folder. */
export const inputsFile = (folder: string): string => join(folder, 'chip', 'inputs.json');

/** Writes a chip's modules below a folder of generated files, where the manifests look for them. */
export function writeBundle({ inputs, modules }: ChipBundle, folder: string): void {
  mkdirSync(dirname(inputsFile(folder)), { recursive: true });
  writeChanged(inputsFile(folder), JSON.stringify(inputs));
  for (const [name, text] of modules) {
    const file = join(folder, 'chip', `${name}.js`);
    mkdirSync(dirname(file), { recursive: true });
    writeChanged(file, text);
  }
}

/** The modules that the manifests of people ask to preload. */
function listed(platform: Platform): Set<string> {
  return readManifests(platform, undefined, [preloadFile(platform)]).preload;
}

/** @throws XsMissing when there is no C compiler, or no C of libsecp256k1 */
export async function prepare(platform: Platform, more?: More, network?: ChipNetwork): Promise<Manifests> {
  await makeTable(await findCompiler(), findSources(), join(buildFolder, 'secp256k1'));
  return prepareModules(platform, more, network);
}
