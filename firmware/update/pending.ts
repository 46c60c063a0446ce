/** The last step before the restart: the image in the idle slot, read back and judged, is marked pending. */

import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { accepted, rejected } from '../bytes/verdict.js';
import type { Boot } from '../port/board.js';
import type { Crypto } from '../port/crypto.js';
import type { Partition } from '../port/flash.js';
import { checkImage, headerLength, parseHeader } from '../store/imageHeader.js';
import type { UpdateVerdict } from './decide.js';
import type { Offer } from './offer.js';
import type { Progress, ProgressRecord } from './progress.js';
import { hashOfFlash } from './slotWriter.js';

/** The idle slot, and those whose word counts before a restart. */
export interface PendingOptions {
  boot: Boot;
  crypto: Crypto;
  /** The slot that the running image is not in. */
  idleSlot: Partition;
  /** The running image; `hardware` is 32 bytes. */
  image: { hardware: Uint8Array };
  /** The reason, in words, why what such an image has for a body would never start here; asked before it is pending. */
  refusal?(body: Uint8Array): string | undefined;
}

/** True when the slot holds exactly the proven bytes. */
export function holdsImage(
  { crypto, idleSlot }: Pick<PendingOptions, 'crypto' | 'idleSlot'>,
  { imageSha256, size }: Offer,
): boolean {
  return size <= idleSlot.size && equal(hashOfFlash(crypto, idleSlot, size), imageSha256);
}

/** The version that this board went back from after it had confirmed it, as of its start; 0 for none. */
export function failedVersion({ boot, idleSlot }: PendingOptions): number {
  const header = parseHeader(idleSlot.read(0, headerLength));
  return boot.idle === 'failed' && header.verdict === 'accepted' ? header.value.version : 0;
}

/** The verdict on the image's header, and on its body where the platform has one. The hash has proven every byte already; the bootloader checks the body's CRC. */
export function judgeHeader({ idleSlot, image, refusal }: PendingOptions, offer: Offer): UpdateVerdict {
  if (offer.size < headerLength) return notAnImage();
  const header = parseHeader(idleSlot.read(0, headerLength));
  if (header.verdict !== 'accepted') return notAnImage();
  const { hardware, length, version } = header.value;
  if (version !== offer.version || length !== offer.size) return notAnImage();
  if (!equal(hardware, image.hardware)) {
    return rejected(
      'hardware',
      `the image is for hardware ${toHex(hardware)}, this board is ${toHex(image.hardware)}`,
    );
  }
  const refused = refusal?.(idleSlot.read(headerLength, length - headerLength));
  return refused === undefined ? accepted(undefined) : rejected('malformed', refused);
}

/** Marks the downloaded image pending. */
export function markPending(
  { boot, idleSlot }: PendingOptions,
  record: ProgressRecord,
  progress: Progress,
): UpdateVerdict {
  const { size } = progress.offer;
  record.save({ ...progress, tries: progress.tries + 1 });
  try {
    boot.setPending(size);
  } catch (error) {
    // Checked only when the bootloader refuses, because the checksum is slow where it is TypeScript.
    const whole = checkImage((offset, length) => idleSlot.read(offset, length), size);
    if (whole.verdict === 'rejected') return notAnImage();
    throw error;
  }
  return accepted(undefined);
}

const notAnImage = (): UpdateVerdict =>
  rejected('image_hash', 'the approved bytes are not a whole image of that version and size');
