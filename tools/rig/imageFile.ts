/** An image file as the first image of simulated boards. */
import { fromHex } from '../../firmware/bytes/hex.js';
import { IMAGE_BYTES_MAX } from '../../firmware/store/imageHeader.js';
import type { BuiltImage } from '../../host-sim/image/build.js';
import { makeManifest } from '../../host-sim/node/manifest.js';
import { FileProblem, readBoundedFile } from '../cli/boundedFile.js';
import { Failure } from '../cli/failure.js';
import { readImage } from '../release/imageFacts.js';

/** @throws Failure `image` of what is no whole image */
export function imageOf(file: string): BuiltImage {
  const bytes = bytesOf(file);
  const { hardware, imageSha256, version } = readImage(bytes);
  const manifest = makeManifest(bytes, version, fromHex(hardware)!, JSON.stringify({ version }));
  return { bytes, sha256: fromHex(imageSha256)!, size: bytes.length, manifest };
}

/** The version of an image file. @throws Failure `image` */
export const versionOf = (file: string): number => readImage(bytesOf(file)).version;

function bytesOf(file: string): Uint8Array {
  try {
    return readBoundedFile(file, IMAGE_BYTES_MAX);
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    throw new Failure('image', `The image ${file} ${error.message}.`);
  }
}
