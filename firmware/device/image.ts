/** The running image by the board's own measure: it hashes the bytes that execute, and believes no label. */

import type { Running } from '../port/board.js';
import type { Crypto } from '../port/crypto.js';
import { headerLength, parseHeader } from '../store/imageHeader.js';
import { hashOfFlash } from '../update/slotWriter.js';

/** The running image. */
export interface Image {
  version: number;
  /** 32 bytes: the hardware id that the image is for. */
  hardware: Uint8Array;
  /** 32 bytes: SHA-256 of the whole image, header included. */
  sha256: Uint8Array;
}

/** Measures the running image. Throws when its header cannot be read: the bootloader should not have started it. */
export function runningImage(crypto: Crypto, running: Running): Image {
  const header = parseHeader(running.read(0, headerLength));
  if (header.verdict === 'rejected') {
    throw new Error(`the header of the running image cannot be read: ${header.evidence}`);
  }
  const { hardware, version } = header.value;
  return { version, hardware, sha256: hashOfFlash(crypto, running, running.length) };
}
