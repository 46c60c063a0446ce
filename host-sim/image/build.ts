/**
 * Makes an image from source: bundle, header, and the manifest that tells a board its sectors and a person what it was
 * made of, with the list of its parts. The same source gives the same bytes on every machine, so anybody can build what
 * a channel published and compare.
 */
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import * as esbuild from 'esbuild';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { encodeImage } from '../../firmware/store/imageHeader.js';
import { appInterface } from '../../firmware/update/appSlots.js';
import { notClosed } from '../board/realm.js';
import type { BusSetting } from '../node/board/busLines.js';
import { APP_MODULE } from '../node/bundle/authors.js';
import { bundleFirmware } from '../node/bundle/firmware.js';
import {
  fieldsOf,
  type Manifest,
  type ManifestDocument,
  makeManifest,
  type Terms,
  termsOf,
} from '../node/manifest.js';
import { repositoryRoot } from '../node/repository.js';
import { makeAppBody, makeBody } from '../rv32/image.js';
import { faceOf } from './face.js';
import { inputsOf } from './inputs.js';
import { type Commit, provenanceOf } from './provenance.js';
import { sbomOf } from './sbom.js';
import { type SourceChange, withChange } from './sourceChange.js';

export interface ImageOptions extends Terms {
  /** For people. */
  name: string;
  /** 1 to 2^32 − 1. */
  version: number;
  /** 32 bytes, or 0x and 64 hex digits. */
  hardware: Uint8Array | string;
  /** The name whose SHA-256 that is, for whoever reads the manifest. */
  hardwareName?: string;
  /** Path of the app's main module, which exports `start(ports: Ports): void`; or `source`. */
  entry?: string;
  /** TypeScript that does, in place of an entry. Imports are resolved from the repository's root. */
  source?: string;
  /** Path of an author's app in place of both: its default export makes an app of a board (firmware/app/board.ts). */
  app?: string;
  /** Path of an author's app that has the face of the image, where a main module begins one that acts the same. */
  describedBy?: string;
  /**
   * Of an author's app: `image` is one with the app in it (if left out), `host` one that takes app images beside it as
   * well, `app` the app alone for such a host, whose hardware id is made of the given one.
   */
  kind?: ImageKind;
  /** The devices that the app finds on its buses when its face is read off its code. */
  devices?: readonly BusSetting[];
  /** True: with a source map, for whoever reads the stack of a fault. The bytes are the same. */
  sourceMap?: boolean;
  /** Constants, as esbuild takes them. */
  define?: Record<string, string>;
  /** True if left out. */
  minify?: boolean;
  /** The engines that it is for: text for Node and XS (if left out), or what the emulated board executes from flash. */
  target?: 'script' | 'rv32';
  /** BLS in TypeScript as well on a target that has it native. */
  portableBls?: boolean;
  /** The commit of the author's folder, for the statement of what the image was built from. */
  commit?: Commit;
  /** Changed pieces of the firmware, each in another file, for a board that errs on purpose. */
  changes?: readonly SourceChange[];
  /** Makes the bytes that execute, in place of what would be made of the same source. */
  body?: () => Promise<Uint8Array>;
}

/** The kinds of images that an author's app makes. */
export const IMAGE_KINDS = ['image', 'host', 'app'] as const;
export type ImageKind = (typeof IMAGE_KINDS)[number];

export interface BuiltImage {
  bytes: Uint8Array;
  /** 32 bytes. */
  sha256: Uint8Array;
  size: number;
  manifest: Manifest;
  /** Of an author's app, or what is described by one: the document of its face (describe.ts), JSON; the manifest names its SHA-256. */
  face?: string;
  /** The list of its parts (sbom.ts), JSON; the manifest names its SHA-256. None of an image that was built elsewhere. */
  sbom?: string;
  /** The statement of what it was built from (provenance.ts), JSON, named like the list. */
  provenance?: string;
  /** JSON, where it was asked for; its sources are paths from the repository's root. */
  sourceMap?: string;
}

/**
 * The main module of an image that runs an author's app: one text for all. The app's module is run where the app is made,
 * so that what it throws while it loads meets the same guard as what its function throws (firmware/app/host.ts).
 */
export const mainOfApp = `import { runApp } from './firmware/device/runApp.js';
import type { MakeApp } from './firmware/app/board.js';
import type { Ports } from './firmware/port/ports.js';
declare const require: (module: string) => { default: MakeApp };
export const start = (ports: Ports): void => runApp(ports, board => require('${APP_MODULE}').default(board));
`;

/** The same of an image that takes app images beside it. */
const mainOfHost = mainOfApp.replaceAll('runApp', 'runHost');

const mainOf = { image: mainOfApp, host: mainOfHost, app: `export { default } from '${APP_MODULE}';` };

/** @throws Error that says what the bundle cannot do without, or which field is wrong */
export async function buildImage(options: ImageOptions): Promise<BuiltImage> {
  const { name, version, entry, define, minify, sourceMap, target = 'script' } = options;
  const app = options.app === undefined ? undefined : resolve(options.app);
  const { kind = 'image' } = options;
  const source = app === undefined ? options.source : mainOf[kind];
  const hardware = hardwareOf(options.hardware, kind);
  const stdin = source === undefined ? undefined : { contents: source };
  const bundle = await bundleFirmware({
    ...{ app, entry, stdin, define, minify, plugins: pluginsOf(options) },
    ...(kind === 'app' ? { apart: true } : { sourceMap }),
  });
  const text = target === 'rv32' && kind !== 'app' ? await small(bundle.text) : bundle.text;
  const open = notClosed(text);
  if (open) throw new Error(`${name} is not a closed bundle: ${open}`);
  if (kind === 'app') refuseFirmware(bundle.inputs, app);
  const body = await (options.body?.() ?? bodyOf(text, target, kind));
  const bytes = encodeImage(version, hardware, body);
  const sha256 = createHash('sha256').update(bytes).digest();
  const compilers = { esbuild: esbuild.version };
  const inputs = inputsOf(bundle.inputs, source, app);
  const image = { name, version, sha256: sha256.toString('hex') };
  // The name is that of the board's id, and an app's is made of that.
  const hardwareName = kind === 'app' ? undefined : options.hardwareName;
  const known = hardwareName !== undefined && { hardwareName };
  const parameters = { name, version, hardware: toHex(hardware), ...known, target };
  const sbom = sbomOf(image, inputs, compilers);
  const provenance = provenanceOf(image, inputs, parameters, compilers, options.commit);
  const described = app ?? options.describedBy;
  const face = described === undefined ? undefined : await faceOf(resolve(described), options.devices);
  const document: ManifestDocument = {
    format: 1,
    name,
    version,
    hardware: toHex(hardware),
    ...known,
    sha256: toHex(sha256),
    size: bytes.length,
    compilers,
    source: inputs.source,
    ...(face !== undefined && { face: hashOf(face) }),
    sbom: hashOf(sbom),
    provenance: hashOf(provenance),
    ...termsOf(options),
  };
  const manifest = makeManifest(bytes, version, hardware, JSON.stringify(document), fieldsOf(options));
  return {
    bytes,
    sha256: new Uint8Array(sha256),
    size: bytes.length,
    manifest,
    face,
    sbom,
    provenance,
    sourceMap: bundle.sourceMap,
  };
}

/** The emulated board has native BLS, and its memory is that of a chip. */
const pluginsOf = ({ changes = [], portableBls, target }: ImageOptions) => [
  ...changes.map(withChange),
  ...(target === 'rv32' && !portableBls ? [withoutPortableBls] : []),
];

/** In place of what the language of a board lacks (node/bundle/firmware.ts). */
const TEXT_CODEC: readonly string[] = ['firmware/app/shims/textCodec.ts', 'firmware/bytes/text.ts'];

/** An app apart has the face of its host's firmware, and brings none of its own. @throws Error that names the file */
function refuseFirmware(inputs: readonly string[], app: string | undefined): void {
  if (app === undefined) throw new Error('an app image is made of an app');
  const isBrought = (path: string) =>
    path.startsWith('firmware/') && !TEXT_CODEC.includes(path) && resolve(repositoryRoot, path) !== app;
  const brought = inputs.find(isBrought);
  if (brought) throw new Error(`an app image imports holdfast/app, and brings no firmware: ${brought}`);
}

/** The id in the header. @throws Error on an id that is none */
function hardwareOf(given: Uint8Array | string, kind: ImageKind): Uint8Array {
  const board = typeof given === 'string' ? fromHex(given, 32) : given;
  if (!board) throw new Error('a hardware id is 0x and 64 hex digits');
  return kind === 'app' ? appInterface(portableCrypto(), board) : board;
}

const hashOf = (text: string): string => toHex(createHash('sha256').update(text).digest());

const withoutPortableBls: esbuild.Plugin = {
  name: 'without-portable-bls',
  setup(build) {
    const path = join(repositoryRoot, 'firmware', 'beacon', 'noPortableBls.ts');
    build.onResolve({ filter: /\/beacon\/portableBls\.js$/ }, () => ({ path }));
  },
};

/** As small as a chip's: the same is run where the memory is a chip's. What it needs is not in the package. */
async function small(text: string): Promise<string> {
  const { shrink } = await import('../node/bundle/shrink.js');
  return shrink(text, { isModule: false });
}

async function bodyOf(text: string, target: 'script' | 'rv32', kind: ImageKind): Promise<Uint8Array> {
  if (target === 'script') return new TextEncoder().encode(text);
  return kind === 'app' ? makeAppBody(text) : makeBody(text);
}
