/** The facts of an image file that contracts and boards compare. */
import { createHash } from 'node:crypto';
import { checkImage } from '../../firmware/store/imageHeader.js';
import { type Manifest, parseManifest } from '../../firmware/update/manifest.js';
import { sectorsOf } from '../../host-sim/node/sectors.js';
import { Failure } from '../cli/failure.js';
import type { Hex } from '../cli/kinds.js';

export interface ImageFacts {
  version: number;
  hardware: Hex;
  /** Bytes, header included. */
  size: number;
  imageSha256: Hex;
}

const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`;

/** The facts of a whole image. @throws Failure `image` when the bytes are not a whole image */
export function readImage(bytes: Uint8Array): ImageFacts {
  const checked = checkImage((offset, length) => bytes.slice(offset, offset + length), bytes.length);
  if (checked.verdict === 'rejected') {
    throw new Failure(
      'image',
      `This is not an image for a board: ${checked.evidence}. Build it again, or name another file.`,
    );
  }
  const { hardware, version } = checked.value;
  return { version, hardware: hex(hardware), size: bytes.length, imageSha256: sha256(bytes) };
}

const sha256 = (bytes: Uint8Array): Hex => `0x${createHash('sha256').update(bytes).digest('hex')}`;

/** The manifest's hash, once its head is seen to be that of the image. @throws Failure `manifest` */
export function readManifest(head: Uint8Array, image: Uint8Array, facts: ImageFacts): Hex {
  const parsed = parseManifest(head);
  const wrong = parsed.verdict === 'rejected' ? parsed.evidence : difference(parsed.value, image, facts);
  if (wrong) {
    throw new Failure(
      'manifest',
      `This is not the manifest of that image: ${wrong}. Name the file that holdfast image build wrote beside it (FILE.manifest).`,
    );
  }
  return sha256(head);
}

function difference(manifest: Manifest, image: Uint8Array, facts: ImageFacts): string | undefined {
  if (hex(manifest.imageSha256) !== facts.imageSha256) return 'it names an image with another SHA-256';
  if (manifest.size !== facts.size) return `it says ${manifest.size} bytes, the image has ${facts.size}`;
  if (manifest.version !== facts.version) return `it says version ${manifest.version}`;
  if (hex(manifest.hardware) !== facts.hardware) return `it is for hardware ${hex(manifest.hardware)}`;
  const root = hex(sectorsOf(image).root);
  return hex(manifest.sectorRoot) === root ? undefined : 'it leads to other sectors';
}
