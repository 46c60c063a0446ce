/**
 * The Moddable SDK and ESP-IDF of this machine: where they are, which version, and, when one is missing, exactly what,
 * which versions fit each other, and how a person gets them. Nothing here fetches anything.
 */
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { repositoryRoot } from '../../host-sim/node/repository.js';

/** Something that a build lacks, in the words that a person needs. */
export interface Lack {
  /** For programs: which one it is. */
  what: 'MODDABLE' | 'moddable-tools' | 'IDF_PATH' | 'idf-version';
  why: string;
  /** The commands to type or the variables to set, line by line. */
  remedy: string[];
}

/** The build cannot begin. */
export class SdkMissing extends Error {
  constructor(readonly lacks: readonly Lack[]) {
    super(lacks.map(({ why, remedy }) => [why, ...remedy.map(line => `    ${line}`)].join('\n')).join('\n'));
  }
}

/** The SDK that this was tried with: the tag of its repository, and what its tools/VERSION says. */
export const triedSdk = '8.2.3';
/** The version that an SDK 8.2.x expects, should it not say so itself. */
const expectedIdf = 'v6.0';

export const versionsThatFit = `Moddable SDK 8.2.x (tried: ${triedSdk}) and ESP-IDF ${expectedIdf}`;

export interface Sdk {
  folder: string;
  version: string;
  /** Folder of mcconfig, xsc, xsl and mcrun. */
  tools: string;
  /** The ESP-IDF that goes with it, such as v6.0. */
  idf: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const hosts: Partial<Record<NodeJS.Platform, string>> = { linux: 'lin', darwin: 'mac', win32: 'win' };

/**
 * The commands that build the SDK's tools. On Linux the SDK's own `make` builds its debugger and its simulator as well,
 * which need GTK and which nothing here uses: the four parts that are used are built by name.
 */
const buildTools = (host: string): string[] =>
  host === 'lin'
    ? [
        'sudo apt install git make gcc pkg-config libglib2.0-dev     # or what they are called elsewhere',
        'export XS_DIR="$MODDABLE/xs" BUILD_DIR="$MODDABLE/build"',
        'for part in xsc xsid xsl; do make GOAL=release -f "$XS_DIR/makefiles/lin/$part.mk"; done',
        'make GOAL=release -C "$BUILD_DIR/makefiles/lin" -f tools.mk',
      ]
    : [`make -C "$MODDABLE/build/makefiles/${host}"`];

/**
 * The SDK, or the first thing that is missing of it: the folder that MODDABLE names, its version, or its release tools.
 *
 * @param environment MODDABLE is read; this process's if left out
 */
export function findSdk(environment: Environment = process.env): Sdk | Lack {
  const folder = environment.MODDABLE;
  const host = hosts[process.platform] ?? 'lin';
  const remedy = [
    `git clone -b ${triedSdk} --depth 1 https://github.com/Moddable-OpenSource/moddable`,
    'export MODDABLE="$PWD/moddable"',
    ...buildTools(host),
    `Versions that fit each other: ${versionsThatFit}.`,
  ];
  if (!folder) {
    const why = 'The Moddable SDK is missing: MODDABLE is not set.';
    return { what: 'MODDABLE', why, remedy };
  }
  const version = readText(join(folder, 'tools', 'VERSION'))?.trim();
  if (!version) {
    const why = `The Moddable SDK is missing: MODDABLE is ${folder}, and there is no tools/VERSION in it.`;
    return { what: 'MODDABLE', why, remedy };
  }
  const tools = join(folder, 'build', 'bin', host, 'release');
  const absent = ['mcconfig', 'mcrun', 'xsc', 'xsl'].filter(
    name => !existsSync(join(tools, process.platform === 'win32' ? `${name}.exe` : name)),
  );
  if (absent.length > 0) {
    return {
      what: 'moddable-tools',
      why: `The tools of the Moddable SDK ${version} are not built: ${tools} has no ${absent.join(', ')}.`,
      remedy: buildTools(host),
    };
  }
  const base = readText(join(folder, 'build', 'devices', 'esp32', 'manifest.json')) ?? '';
  return { folder, version, tools, idf: /"EXPECTED_ESP_IDF":\s*"([^"]+)"/.exec(base)?.[1] ?? expectedIdf };
}

export interface Idf {
  folder: string;
  version: string;
}

/** @param expected the version that the SDK asks for */
export function findIdf(expected = expectedIdf, environment: Environment = process.env): Idf | Lack {
  const folder = environment.IDF_PATH;
  const remedy = [
    `git clone -b ${expected} --recursive https://github.com/espressif/esp-idf`,
    './esp-idf/install.sh esp32,esp32s3,esp32c3,esp32c6',
    '. ./esp-idf/export.sh                                        # sets IDF_PATH, in every new shell',
    `Versions that fit each other: ${versionsThatFit}.`,
  ];
  if (!folder) {
    const why = 'ESP-IDF is missing: IDF_PATH is not set. The C of a chip is compiled by it.';
    return { what: 'IDF_PATH', why, remedy };
  }
  const version = idfVersion(folder);
  if (!version) {
    const why = `ESP-IDF is missing: IDF_PATH is ${folder}, and there is no tools/cmake/version.cmake in it.`;
    return { what: 'IDF_PATH', why, remedy };
  }
  if (!sameRelease(version, expected)) {
    const why = `ESP-IDF is ${version}, and the SDK wants ${expected}.`;
    return { what: 'idf-version', why, remedy };
  }
  return { folder, version };
}

function idfVersion(folder: string): string | undefined {
  const text = readText(join(folder, 'tools', 'cmake', 'version.cmake'));
  const part = (name: string) => new RegExp(`IDF_VERSION_${name}\\s+(\\d+)`).exec(text ?? '')?.[1];
  const [major, minor, patch] = ['MAJOR', 'MINOR', 'PATCH'].map(part);
  return major === undefined ? undefined : `v${major}.${minor ?? 0}${Number(patch) > 0 ? `.${patch}` : ''}`;
}

/** v6.0.1 is as good as v6.0. */
const sameRelease = (found: string, wanted: string): boolean =>
  found.split('.').slice(0, 2).join('.') === wanted.split('.').slice(0, 2).join('.');

/** True for a lack, which names the remedy; false for what is there. */
export const isLack = (value: object): value is Lack => 'remedy' in value;

/** @throws SdkMissing */
export function requireSdk(environment: Environment = process.env): Sdk {
  const sdk = findSdk(environment);
  if (isLack(sdk)) throw new SdkMissing([sdk]);
  return sdk;
}

/** The environment of the SDK's tools; TypeScript is that of this repository. */
export function sdkEnvironment(sdk: Sdk): NodeJS.ProcessEnv {
  const path = [sdk.tools, join(repositoryRoot, 'node_modules', '.bin'), process.env.PATH];
  return { ...process.env, MODDABLE: sdk.folder, PATH: path.join(delimiter) };
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
