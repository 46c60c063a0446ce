/** The check of what lies beside an application in a build's folder: bootloader, partition table, first boot record. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../cli/failure.js';
import { type Application, checkApplication } from './application.js';
import { chips, type Target } from './chips.js';
import { parseEspImage } from './espImage.js';
import { checkBootloaderLoads } from './loadCheck.js';
import { chipPartition, type FlashSize, flashBytes, TABLE_OFFSET } from './partitions.js';
import { checkSettings } from './settingsCheck.js';
import { checkTable } from './tableLayout.js';

/** Names as ESP-IDF gives them. */
export const buildFiles = {
  bootloader: 'bootloader.bin',
  table: 'partition-table.bin',
  otadata: 'ota_data_initial.bin',
  settings: 'sdkconfig',
} as const;

export interface Build {
  target: Target;
  flash: FlashSize;
}

/** True when the folder has a bootloader or a table, and so more than an application. */
export const hasBuild = (folder: string): boolean =>
  [buildFiles.bootloader, buildFiles.table].some(name => existsSync(join(folder, name)));

/**
 * Checks the files of a build's folder against each other and against our partition table.
 *
 * @throws Failure `file` for one that is missing, those of application.ts and tableLayout.ts, `bootloader`, `otadata`,
 *   `settings`
 */
export function checkBuild(
  folder: string,
  target: Target,
  bootloader: string = buildFiles.bootloader,
): Build {
  const flash = checkTable(bytesOf(folder, buildFiles.table));
  checkBootloader(bytesOf(folder, bootloader), target, flash);
  checkOtadata(bytesOf(folder, buildFiles.otadata));
  const settings = join(folder, buildFiles.settings);
  // Of a build of another tool, or of before, it does not lie there.
  if (existsSync(settings)) checkSettings(readFileSync(settings, 'utf8'), target, flash);
  return { target, flash };
}

/** An application that the build's chip can start, and that fits its slot. @throws Failure as above, `size` */
export function checkFitting(bytes: Uint8Array, { flash, target }: Build): Application {
  const application = checkApplication(bytes, target);
  if (application.flashBytes > flashBytes[flash])
    throw new Failure(
      'image_header',
      `It is made for a flash of ${application.flashBytes} bytes, the table for ${flash}.`,
    );
  const room = chipPartition('ota_0', flash).size - 4096;
  if (bytes.length > room)
    throw new Failure(
      'size',
      `The application has ${bytes.length} bytes and a slot has room for ${room}: leave something out.`,
    );
  return application;
}

/** @throws Failure those of espImage.ts and loadCheck.ts, `image_chip`, `bootloader` */
export function checkBootloader(bytes: Uint8Array, target: Target, flash: FlashSize): void {
  const image = parseEspImage(bytes);
  if (image.target !== target)
    throw new Failure('image_chip', `The bootloader is for the ${image.target}, not for the ${target}.`);
  checkBootloaderLoads(image);
  const room = TABLE_OFFSET - chips[target].bootloaderOffset;
  if (bytes.length > room)
    throw new Failure(
      'bootloader',
      `The bootloader has ${bytes.length} bytes, and ${room} fit before the partition table.`,
    );
  if (image.flashBytes !== flashBytes[flash])
    throw new Failure(
      'bootloader',
      `The bootloader is made for a flash of ${image.flashBytes} bytes, the partition table for ${flash}.`,
    );
}

function checkOtadata(bytes: Uint8Array): void {
  const { size } = chipPartition('otadata');
  if (bytes.length !== size || bytes.some(byte => byte !== 0xff))
    throw new Failure(
      'otadata',
      `The first boot record is not ${size} erased bytes: it would choose a slot.`,
    );
}

function bytesOf(folder: string, name: string): Uint8Array {
  const file = join(folder, name);
  if (!existsSync(file)) throw new Failure('file', `There is no ${file}: run npm run build:esp32 first.`);
  return new Uint8Array(readFileSync(file));
}
