/** Deltas of a release: made from older images, named by the head of its manifest, files for its boards. */
import { fromHex } from '../../firmware/bytes/hex.js';
import { type Delta, deltasField } from '../../firmware/update/deltaList.js';
import { encodeManifest, parseManifest } from '../../firmware/update/manifest.js';
import { DELTAS_TAG } from '../../firmware/update/manifestFields.js';
import { sha256Of } from '../app/imageFiles.js';
import { Failure } from '../cli/failure.js';
import { encodeDelta } from '../delta/encode.js';
import { readImage } from './imageFacts.js';
import type { ReleaseFiles } from './served.js';

/** Deltas of one release: a head has room for no more beside other fields. */
const DELTAS_MAX = 8;

/** The release with its deltas: head, files, and bytes of each delta, in the order of the older images. */
export interface WithDeltas {
  head: Uint8Array;
  files: ReleaseFiles;
  /** Bytes; undefined of one that would not be shorter than the image. */
  lengths: (number | undefined)[];
}

/**
 * Names deltas from older images. The same images give the same head, whoever makes it: signers name the same ones.
 *
 * @param head of the image's manifest
 * @param bases older images, as whole files
 * @throws Failure `image` for a file that is no image, or is this one; `manifest` for too many
 */
export function withDeltas(head: Uint8Array, image: Uint8Array, bases: readonly Uint8Array[]): WithDeltas {
  const parsed = parseManifest(head);
  if (bases.length === 0 || parsed.verdict === 'rejected') return { head, files: new Map(), lengths: [] };
  if (bases.length > DELTAS_MAX)
    throw new Failure('manifest', `A manifest names ${DELTAS_MAX} deltas at most: leave some --from out.`);
  const { imageSha256 } = readImage(image);
  const files = new Map<string, Uint8Array>();
  const deltas: Delta[] = [];
  const lengths = bases.map(base => {
    const older = readImage(base).imageSha256;
    if (older === imageSha256)
      throw new Failure('image', `--from ${older} is the image itself: name one that boards run now.`);
    const delta = encodeDelta(base, image);
    if (delta.length >= image.length) return undefined;
    const name = sha256Of(delta);
    files.set(`deltas/${name.slice(2)}`, delta);
    deltas.push({ baseSha256: fromHex(older, 32)!, sha256: fromHex(name, 32)!, length: delta.length });
    return delta.length;
  });
  const others = parsed.value.fields.filter(({ tag }) => tag !== DELTAS_TAG);
  const fields = deltas.length > 0 ? [...others, deltasField(deltas)] : others;
  return {
    head: encodeManifest({ ...parsed.value, fields: fields.sort((a, b) => a.tag - b.tag) }),
    files,
    lengths,
  };
}

/** One line of what the deltas save. */
export const deltaLine = (lengths: readonly (number | undefined)[], size: number): string =>
  `deltas of ${lengths.map(each => each ?? 'no fewer').join(', ')} bytes for ${size} of the whole`;
