/** The whole flash of a chip as one file, as an emulator takes it: what a flasher writes to a blank chip. */
import { sectorSize } from '../../firmware/esp32/slotLayout.js';
import type { ChipImage } from './chipImage.js';
import { chips, type Target } from './chips.js';
import { chipPartition, type FlashSize, flashBytes, TABLE_OFFSET } from './partitions.js';

export interface WholeFlash {
  target: Target;
  flash: FlashSize;
  bootloader: Uint8Array;
  table: Uint8Array;
  otadata: Uint8Array;
  image: ChipImage;
}

/** Bytes as long as the flash, with the image in slot A. What nothing is written to is erased: a board without a key. */
export function wholeFlash({ bootloader, flash, image, otadata, table, target }: WholeFlash): Uint8Array {
  const bytes = new Uint8Array(flashBytes[flash]).fill(0xff);
  const slot = chipPartition('ota_0', flash);
  bytes.set(bootloader, chips[target].bootloaderOffset);
  bytes.set(table, TABLE_OFFSET);
  bytes.set(otadata, chipPartition('otadata', flash).offset);
  bytes.set(image.application, slot.offset);
  bytes.set(image.first, slot.offset + slot.size - sectorSize);
  return bytes;
}
