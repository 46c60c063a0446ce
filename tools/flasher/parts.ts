/** All that is written into a chip, from a build's folder and an image: each file checked against the others. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sectorSize } from '../../firmware/esp32/slotLayout.js';
import { buildFiles, checkBuild, checkFitting } from '../chip/buildCheck.js';
import { type ChipImage, unpackImage } from '../chip/chipImage.js';
import { chips, type Target } from '../chip/chips.js';
import { parseEspImage } from '../chip/espImage.js';
import { chipPartition, flashBytes, TABLE_OFFSET } from '../chip/partitions.js';
import { Failure } from '../cli/failure.js';
import type { FlashPart } from './pieces.js';

export interface ChipParts {
  target: Target;
  /** Bytes of flash that the partition table is for. */
  flashBytes: number;
  parts: FlashPart[];
}

/** @throws Failure `image`, and those of tools/chip for files that do not fit each other */
export function chipParts(image: Uint8Array, folder: string): ChipParts {
  const { application, first } = unpack(image);
  const { target } = parseEspImage(application);
  const build = checkBuild(folder, target);
  checkFitting(application, build);
  const file = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
  const slot = chipPartition('ota_0', build.flash);
  return {
    target,
    flashBytes: flashBytes[build.flash],
    parts: [
      part('bootloader', chips[target].bootloaderOffset, file(buildFiles.bootloader)),
      part('partition table', TABLE_OFFSET, file(buildFiles.table)),
      part('boot record', chipPartition('otadata', build.flash).offset, file(buildFiles.otadata)),
      part('application', slot.offset, application),
      part('image header', slot.offset + slot.size - sectorSize, first),
    ],
  };
}

const part = (name: string, offset: number, bytes: Uint8Array): FlashPart => ({ name, offset, bytes });

function unpack(image: Uint8Array): ChipImage {
  try {
    return unpackImage(image);
  } catch (error) {
    throw new Failure('image', `${(error as Error).message}.`);
  }
}
