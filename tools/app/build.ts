/** An image of an author's app, or of a main module: checked, built, and started once. */
import { relative, resolve } from 'node:path';
import type { BuiltImage, ImageKind } from '../../host-sim/image/build.js';
import { FaceError } from '../../host-sim/image/face.js';
import type { Terms } from '../../host-sim/node/manifest.js';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { Failure, oneLine } from '../cli/failure.js';
import { commitOf } from './commit.js';
import { devicesOf } from './devices.js';
import { kindOfEntry } from './entry.js';
import { sourceLines } from './sourceLines.js';
import { startOnce } from './trial.js';
import { checkTypes } from './typeCheck.js';

export interface AppOptions {
  /** Path of the app, or of a main module that exports `start(ports)`. */
  entry: string;
  /** For people. */
  name: string;
  /** 1 to 2^32 − 1. */
  version: number;
  /** 32 bytes, or 0x and 64 hex digits. */
  hardware: Uint8Array | string;
  /** The name whose SHA-256 that is. */
  hardwareName?: string;
  /** `image` if left out; see ImageOptions. */
  kind?: ImageKind;
  /** The boards that it is for. */
  terms?: Terms;
  /** True: types are not looked at. */
  unchecked?: boolean;
  signal: AbortSignal;
  progress?(what: string): void;
  /** Told what could not be checked. */
  warn(line: string): void;
}

/** @throws Failure `file`, `source`: what is wrong, with file and line where they are known */
export async function buildApp(options: AppOptions): Promise<BuiltImage> {
  const { hardware, hardwareName, name, progress, signal, terms, unchecked, version, warn } = options;
  const entry = resolve(options.entry);
  const what = await kindOfEntry(entry);
  const { kind = 'image' } = options;
  if (kind !== 'image' && what !== 'app') {
    throw new Failure('source', `${options.entry} is a main module: --kind ${kind} takes an app.`);
  }
  const { buildImage } = await import('../../host-sim/image/build.js');
  const devices = devicesOf(entry);
  const which = what === 'app' ? { app: entry, devices } : { entry };
  const commit = await commitOf(entry, signal);
  const built = { ...which, name, version, hardware, hardwareName, commit, ...terms, sourceMap: true };
  progress?.(`${unchecked ? 'builds' : 'checks the types of, and builds,'} ${options.entry}`);
  // Both at once, as each takes a second or more; wrong types are told first.
  const [types, image] = await Promise.allSettled([
    unchecked ? undefined : checkTypes(entry, signal),
    buildImage({ ...built, kind: kind === 'app' ? 'host' : kind }),
  ]);
  if (types.status === 'rejected') throw types.reason;
  if (types.value) warn(`types are not checked: ${types.value}.`);
  if (image.status === 'rejected') throw buildFailure(image.reason as Error);
  progress?.('starts the image once, in the simulator');
  await startOnce(image.value, devices, signal);
  if (kind !== 'app') return image.value;
  // The app that was started lies in an image; it comes alone.
  return buildImage({ ...built, kind }).catch(error => {
    throw buildFailure(error as Error);
  });
}

/** The words of the build, with places in the author's own lines. */
function buildFailure(error: Error): Failure {
  if (error instanceof FaceError) {
    const where = sourceLines(error.sourceMap)(error.message);
    return new Failure('source', `The app does not make itself: ${oneLine(where, 600)}`);
  }
  const fromHere = (path: string) => relative(process.cwd(), resolve(repositoryRoot, path));
  return new Failure('source', error.message.replace(/(?:\.\.\/)+[^\s:)]+/g, fromHere));
}
