/** The files of a release that an image server has, each under its own hash. */
import { join } from 'node:path';
import { sectorsOf } from '../../host-sim/node/sectors.js';
import type { Hex } from '../cli/kinds.js';
import { writeWholeFiles } from '../cli/wholeFiles.js';
import type { ReleaseFiles } from './served.js';

/** Image, list of sectors, and head of the manifest, by the path below the server's base URL. */
export function releaseFiles(
  image: Uint8Array,
  imageSha256: Hex,
  manifest: Uint8Array,
  manifestHash: Hex,
): ReleaseFiles {
  const { list, root } = sectorsOf(image);
  return new Map([
    [`images/${imageSha256.slice(2)}`, image],
    [`manifests/${manifestHash.slice(2)}`, manifest],
    [`sectors/${Buffer.from(root).toString('hex')}`, list],
  ]);
}

/** Writes the files below a directory. Any server of static files, cache or CDN can serve it to boards. */
export function writeFiles(directory: string, files: ReleaseFiles): void {
  writeWholeFiles([...files].map(([path, bytes]) => [join(directory, path), bytes] as const));
}
