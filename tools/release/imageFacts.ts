/** The facts of an image file that contracts and boards compare. */
import { createHash } from 'node:crypto';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { checkImage } from '../../firmware/store/imageHeader.js';
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

/** keccak256 of the manifest's bytes, as it is published beside the image. */
export const manifestHash = (manifest: Uint8Array): Hex => hex(portableCrypto().keccak256(manifest));
