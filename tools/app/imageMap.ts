/** The source map of an image as a file beside it, bound to the image by its SHA-256. */

import { IMAGE_BYTES_MAX } from '../../firmware/store/imageHeader.js';
import { readBoundedFile } from '../cli/boundedFile.js';
import { Failure } from '../cli/failure.js';
import { SOURCE_MAP_BYTES_MAX, sha256Of } from './imageFiles.js';

/** The member of a source map that names its image; the format leaves members of `x_` to whoever writes the map. */
const IMAGE = 'x_image';

/** A source map that names the image (its SHA-256 in hexadecimal) that it is of. */
export const mapOfImage = (sourceMap: string, sha256: string): string =>
  JSON.stringify({ ...JSON.parse(sourceMap), [IMAGE]: sha256 });

/** An image and its map, FILE and FILE.map. @throws Failure `crashes` when the map is missing or another image's */
export function readImageMap(file: string): { sha256: string; image: Uint8Array; sourceMap: string } {
  const read = (path: string, bytesMax: number) => {
    try {
      return readBoundedFile(path, bytesMax);
    } catch (error) {
      throw new Failure(
        'crashes',
        `${path} ${(error as Error).message}: name the image that holdfast image build wrote, its map beside it.`,
      );
    }
  };
  const image = read(file, IMAGE_BYTES_MAX);
  const sourceMap = Buffer.from(read(`${file}.map`, SOURCE_MAP_BYTES_MAX)).toString('utf8');
  const sha256 = sha256Of(image);
  if (imageOf(sourceMap) !== sha256)
    throw new Failure(
      'crashes',
      `${file}.map is not the source map of ${file}: build both anew with holdfast image build.`,
    );
  return { sha256, image, sourceMap };
}

function imageOf(sourceMap: string): unknown {
  try {
    return (JSON.parse(sourceMap) as Record<string, unknown>)[IMAGE];
  } catch {
    return undefined;
  }
}
