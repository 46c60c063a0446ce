/** Images that were built here, each in a folder by its SHA-256, with what its manifest leads to. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '../../firmware/bytes/hex.js';
import { IMAGE_BYTES_MAX } from '../../firmware/store/imageHeader.js';
import type { BuiltImage } from '../../host-sim/image/build.js';
import { readBoundedFile } from '../cli/boundedFile.js';
import { writeWholeFiles } from '../cli/wholeFiles.js';

/** Bytes of a document, or of a face; and of a source map. */
export const DOCUMENT_BYTES_MAX = 65_536;
export const SOURCE_MAP_BYTES_MAX = 16_000_000;

const folderOf = (home: string, imageSha256: string) => join(home, 'images', imageSha256.replace(/^0x/, ''));

/** Keeps an image and its documents below `home`, the project's `.holdfast`. Returns the folder. */
export function keepImage(home: string, image: BuiltImage): string {
  const { bytes, face, manifest, provenance, sbom, sha256, sourceMap } = image;
  const folder = folderOf(home, toHex(sha256));
  const files: readonly [string, Uint8Array | string | undefined][] = [
    ['image', bytes],
    ['manifest', manifest.head],
    ['document.json', manifest.document],
    ['face.json', face],
    ['sbom.json', sbom],
    ['provenance.json', provenance],
    ['image.map', sourceMap],
  ];
  writeWholeFiles(
    files.flatMap(([name, content]) =>
      content === undefined ? [] : [[join(folder, name), content] as const],
    ),
  );
  return folder;
}

/** Keeps the document and the face of an image that was published elsewhere. */
export function keepFace(home: string, imageSha256: string, document: Uint8Array, face: Uint8Array): void {
  const folder = folderOf(home, imageSha256);
  writeWholeFiles([
    [join(folder, 'document.json'), document],
    [join(folder, 'face.json'), face],
  ]);
}

/** The face whose image was kept, or seen on a board, last; undefined where there is none. */
export function newestFace(home: string): Uint8Array | undefined {
  const folder = join(home, 'images');
  const seen = (name: string) =>
    statSync(join(folder, name, 'face.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of names.sort((a, b) => seen(b) - seen(a))) {
    const face = keptFace(home, `0x${name}`);
    if (face) return face;
  }
  return undefined;
}

/** A file that cannot be touched counts as seen when it was kept. */
function touch(file: string): void {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch {}
}

/**
 * The face that was kept with an image, where its document still names it; undefined otherwise.
 *
 * @param isSeen true where a board runs the image: it is the one that was seen last then
 */
export function keptFace(home: string, imageSha256: string, isSeen = false): Uint8Array | undefined {
  const folder = folderOf(home, imageSha256);
  try {
    const document = JSON.parse(
      Buffer.from(readBoundedFile(join(folder, 'document.json'), DOCUMENT_BYTES_MAX)).toString(),
    );
    const face = readBoundedFile(join(folder, 'face.json'), DOCUMENT_BYTES_MAX);
    if (document.sha256 !== imageSha256 || document.face !== sha256Of(face)) return undefined;
    if (isSeen) touch(join(folder, 'face.json'));
    return face;
  } catch {
    return undefined;
  }
}

/** That file of each image that is kept below `home`, as `read` has it; what it throws at is left out. */
function* keptFiles<Read>(
  home: string,
  file: string,
  bytesMax: number,
  read: (bytes: Uint8Array) => Read,
): Generator<Read> {
  const folder = join(home, 'images');
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    let known: Read;
    try {
      known = read(readBoundedFile(join(folder, name, file), bytesMax));
    } catch {
      // Not whole, or somebody else's file.
      continue;
    }
    yield known;
  }
}

/** The documents of the images that are kept below `home`; those that are none are left out. */
export function* keptDocuments(home: string): Generator<{ hardwareName?: unknown }> {
  const read = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString());
  for (const document of keptFiles(home, 'document.json', DOCUMENT_BYTES_MAX, read))
    if (typeof document === 'object' && document !== null) yield document;
}

/** The SHA-256 of each image that is kept below `home`, hashed anew, whatever its folder is called. */
export const keptImageHashes = (home: string): Generator<string> =>
  keptFiles(home, 'image', IMAGE_BYTES_MAX, sha256Of);

/** The source map that was kept with an image; undefined when there is none. */
export function keptSourceMap(home: string, imageSha256: string): string | undefined {
  try {
    return Buffer.from(
      readBoundedFile(join(folderOf(home, imageSha256), 'image.map'), SOURCE_MAP_BYTES_MAX),
    ).toString();
  } catch {
    return undefined;
  }
}

/** An image that was kept, with its source map; undefined where either is missing, or is of another image. */
export function keptImage(
  home: string,
  imageSha256: string,
): { image: Uint8Array; sourceMap: string } | undefined {
  const sourceMap = keptSourceMap(home, imageSha256);
  if (sourceMap === undefined) return undefined;
  try {
    const image = readBoundedFile(join(folderOf(home, imageSha256), 'image'), IMAGE_BYTES_MAX);
    return sha256Of(image) === imageSha256 ? { image, sourceMap } : undefined;
  } catch {
    return undefined;
  }
}

/** 0x and 64 hex digits. */
export const sha256Of = (bytes: Uint8Array): string =>
  `0x${createHash('sha256').update(bytes).digest('hex')}`;
