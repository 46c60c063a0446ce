/** Writes the first image into a board that does not run, as a serial flasher does to a new chip. */

import type { Partition } from '../../firmware/port/flash.js';
import { checkImage } from '../../firmware/store/imageHeader.js';
import { setActive } from '../node/board/bootloader.js';
import { openFileFlash } from '../node/flash/fileFlash.js';

/**
 * Slot A then holds `image`, confirmed; identity and journal stay as they are. No board may run on this directory.
 * @throws Error when the bytes are no whole image, or too long for the slot
 */
export function flashBoard(directory: string, image: Uint8Array): void {
  const header = checkImage((offset, length) => image.subarray(offset, offset + length), image.length);
  if (header.verdict !== 'accepted') throw new Error(`not an image: ${header.evidence}`);
  const flash = openFileFlash(directory);
  try {
    const slot = flash.open('slotA');
    if (image.length > slot.size)
      throw new Error(`an image of ${image.length} bytes for a slot of ${slot.size}`);
    program(slot, image);
    setActive(flash, 'A', image.length);
  } finally {
    flash.close();
  }
}

/** Erases as many sectors as it takes and writes. */
export function program(partition: Partition, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += partition.sectorSize) {
    partition.erase(at);
    partition.write(at, bytes.subarray(at, at + partition.sectorSize));
  }
}
