/** The esp32 build: TypeScript, xsc and xsl as far as the C compile, and with ESP-IDF all of it. */
import { X509Certificate } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeChanged } from '../../host-sim/engine/guests.js';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { buildFiles } from '../chip/buildCheck.js';
import type { Target } from '../chip/chips.js';
import { partitionFile } from '../chip/partitionFile.js';
import type { FlashSize } from '../chip/partitions.js';
import { writeParts } from '../chip/partsFile.js';
import type { ChipNetwork } from './chipBundle.js';
import { loadedBytes } from './elfSize.js';
import { buildFolder, readManifests } from './modules.js';
import { partsOf } from './parts.js';
import { type More, outputFolder, prepare } from './prepare.js';
import { type Idf, type Sdk, sdkEnvironment } from './sdk.js';
import { runStep, type StepOptions } from './step.js';
import { transpile } from './transpile.js';

/** The SDK's name for it: an ESP32 without further name is the first of the family. */
const platformOf = (target: Target): string => (target === 'esp32' ? 'esp32' : `esp32/${target}`);

type Watch = Pick<StepOptions, 'onProgress' | 'signal'>;

/** Folder of what was generated: makefile, modules, mc.xs.c. */
export const generatedFolder = (target: Target): string =>
  join(outputFolder, 'tmp', platformOf(target), 'release', 'holdfast');

/** Folder of the application's binary, the bootloader and the partition table, under the SDK's names. */
export const binaryFolder = (target: Target): string =>
  join(outputFolder, 'bin', platformOf(target), 'release', 'holdfast');

/** Of every chip. */
export const binaryName = 'xs_esp32.bin';

export interface Extras {
  /** With secure boot and flash encryption (firmware/esp32/sdkconfig/sdkconfig.secure). */
  secure?: boolean;
  /** A file with the certificate that TLS servers must descend from, PEM or DER. */
  authority?: string;
  /** Wi-Fi if left out. */
  network?: ChipNetwork;
  /** The chip's flash, which decides the partition table; 4 MB if left out. */
  flash?: FlashSize;
}

/**
 * Everything that needs no ESP-IDF: returns the folder with mc.xs.c, the linked modules as C.
 * @throws XsMissing, StepFailed
 */
export async function linkEsp32(sdk: Sdk, target: Target, watch: Watch = {}): Promise<string> {
  const platform = platformOf(target);
  await prepare(platform);
  const folder = generatedFolder(target);
  const env = { ...sdkEnvironment(sdk), IDF_PATH: standIn(platform, target), UPLOAD_PORT: 'none' };
  const manifest = join(repositoryRoot, 'manifest.json');
  forgetNames(folder);
  await runStep('mcconfig', ['-p', platform, '-o', outputFolder, manifest], {
    ...{ name: `mcconfig.${target}`, cwd: repositoryRoot, env },
    ...watch,
  });
  transpile(folder, watch.onProgress);
  // The question of make to ESP-IDF for its version, and the header that only it can make.
  const without = ['IDF_VERSION=none', 'SDKCONFIG_H='];
  await runStep('make', ['-f', 'makefile', ...without, join(folder, 'mc.xs.c')], {
    ...{ name: `link.${target}`, cwd: folder, env },
    ...watch,
  });
  return folder;
}

/** The SDK's linker keeps the names of its last run and adds to them: what was renamed since would stay in the image. */
function forgetNames(generated: string): void {
  for (const file of ['mc.xs.c', join('modules', 'mc.xsi')]) rmSync(join(generated, file), { force: true });
}

/**
 * Lets ESP-IDF make its settings anew where our lines are others than at the last build: it reads them when it has no
 * file of its own, and keeps that from then on.
 *
 * @param folder that of what is generated, where the lines of the last build are kept
 * @param project the folder in which ESP-IDF keeps its file
 */
export function forgetSettings(folder: string, project: string, lines: string): void {
  const last = join(folder, 'holdfast.sdkconfig');
  if (existsSync(last) && readFileSync(last, 'utf8') === lines) return;
  rmSync(join(project, buildFiles.settings), { force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(last, lines);
}

/** Stands for ESP-IDF where only its folders are named and none of its files is read. */
function standIn(platform: string, target: Target): string {
  const folder = join(buildFolder, 'no-esp-idf');
  for (const file of readManifests(platform).files) {
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/"\$\(IDF_PATH\)\/([^"]+)\/"/g)) {
      mkdirSync(join(folder, path.replace('$(ESP32_SUBCLASS)', target)), { recursive: true });
    }
  }
  return folder;
}

/** Bytes in flash of the linked modules, once `buildEsp32` has built them. */
export const linkedBytes = (target: Target): number =>
  loadedBytes(new Uint8Array(readFileSync(join(generatedFolder(target), 'mc.xs.c.o'))));

/** Bytes of a library that is more than a stand-in. */
const RADIO_BYTES_MIN = 200_000;

/** False where the libraries of Wi-Fi, which ESP-IDF has apart from its sources, are stand-ins: then they take no flash. */
export function hasRadio({ folder }: Idf, target: Target): boolean {
  const library = join(folder, 'components', 'esp_wifi', 'lib', target, 'libpp.a');
  return (statSync(library, { throwIfNoEntry: false })?.size ?? 0) >= RADIO_BYTES_MIN;
}

/** Registers are saved by functions that all share: 15 KB less of a RISC-V image. What the SDK compiles is given it here. */
const flagsOf = (target: Target): Record<string, string> =>
  target === 'esp32c3' || target === 'esp32c6' ? { C_FLAGS_SUBPLATFORM: '-msave-restore' } : {};

/** The part of these that goes into the generated manifest. @throws Error when the authority is not a certificate */
function moreOf(target: Target, extras: Extras): More {
  const { authority, flash = '4MB', network } = extras;
  const folder = join(buildFolder, 'sdkconfig');
  writeChanged(join(folder, 'sdkconfig.defaults'), settingsOf(extras));
  const table = join(repositoryRoot, 'firmware', 'esp32', partitionFile(flash));
  const more: More = { build: { SDKCONFIGPATH: folder, PARTITIONS_FILE: table, ...flagsOf(target) } };
  if (network === 'ethernet')
    more.include = [join(repositoryRoot, 'firmware', 'esp32', network, 'manifest.json')];
  if (authority) {
    const folder = join(buildFolder, 'authority');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'authority.der'), new X509Certificate(readFileSync(authority)).raw);
    more.resources = { '*': [join(folder, 'authority')] };
  }
  return more;
}

/** The lines for ESP-IDF's configuration, our defaults with what these change of them. */
export function settingsOf({ flash = '4MB', network, secure = false }: Extras): string {
  const own = join(repositoryRoot, 'firmware', 'esp32', 'sdkconfig');
  const files = [
    'sdkconfig.defaults',
    ...(network === 'ethernet' ? ['sdkconfig.ethernet'] : []),
    ...(secure ? ['sdkconfig.secure'] : []),
  ];
  const text = files.map(name => readFileSync(join(own, name), 'utf8')).join('\n');
  return text.replace('CONFIG_ESPTOOLPY_FLASHSIZE_4MB=y', `CONFIG_ESPTOOLPY_FLASHSIZE_${flash}=y`);
}

/**
 * The whole build; returns the binary.
 * @throws XsMissing, StepFailed
 */
export async function buildEsp32(
  sdk: Sdk,
  idf: Idf,
  target: Target,
  extras: Extras = {},
  watch: Watch = {},
): Promise<string> {
  const platform = platformOf(target);
  await prepare(platform, moreOf(target, extras), extras.network);
  const env = { ...sdkEnvironment(sdk), IDF_PATH: idf.folder };
  const manifest = join(repositoryRoot, 'manifest.json');
  const binary = join(binaryFolder(target), binaryName);
  const folder = generatedFolder(target);
  // The SDK copies what lies there, whether or not idf.py has failed: nothing old may lie there.
  rmSync(binaryFolder(target), { recursive: true, force: true });
  const project = join(folder, `xsProj-${target}`);
  const linked = join(project, 'build');
  for (const old of [binaryName, 'xs_esp32.elf']) rmSync(join(linked, old), { force: true });
  forgetNames(folder);
  forgetSettings(folder, project, settingsOf(extras));
  await runStep('mcconfig', ['-p', platform, '-o', outputFolder, manifest], {
    ...{ name: `mcconfig.${target}`, cwd: repositoryRoot, env },
    ...watch,
  });
  transpile(folder, watch.onProgress);
  await runStep('make', ['-f', 'makefile', 'build'], {
    ...{ name: `build.${target}`, cwd: folder, env },
    ...watch,
  });
  if (!existsSync(binary))
    throw new Error(
      `ESP-IDF linked no application (${binary}): its words are in .build/moddable/build.${target}.log`,
    );
  // The settings as ESP-IDF wrote them, for holdfast chip image.
  const settings = join(project, buildFiles.settings);
  if (existsSync(settings)) copyFileSync(settings, join(binaryFolder(target), buildFiles.settings));
  const object = readFileSync(join(folder, 'mc.xs.c.o'));
  writeParts(binaryFolder(target), readFileSync(binary), partsOf(sdk, idf, object));
  return binary;
}
