/** The running image, as the board itself sees it: it hashes the bytes that execute, and believes no label. */

import type { Running } from '../port/board.js';
import type { Crypto } from '../port/crypto.js';
import { parseHeader } from '../store/imageHeader.js';
import { hashOfFlash } from '../update/slotWriter.js';

export interface Image {
  version: number;
  /** 32 bytes. */
  hardware: Uint8Array;
  sha256: Uint8Array;
}

/** Throws when the bytes are no image: then the bootloader started what it should not have. */
export function runningImage(crypto: Crypto, running: Running): Image {
  const header = parseHeader(running.read(0, 64));
  if (header.verdict === 'rejected') throw new Error(`the running image has no header: ${header.evidence}`);
  const { hardware, version } = header.value;
  return { version, hardware, sha256: hashOfFlash(crypto, running, running.length) };
}
