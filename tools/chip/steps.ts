/**
 * The steps that prepare a chip, as command lines of Espressif's tools (esptool 5: `esptool`, `espsecure`, `espefuse`),
 * in order. They are only listed here; run.ts runs them.
 */
import { join } from 'node:path';
import { sectorSize } from '../../firmware/esp32/slotLayout.js';
import { buildFiles } from './buildCheck.js';
import { chips, type Target } from './chips.js';
import { chipPartition, type FlashSize, TABLE_OFFSET } from './partitions.js';

export interface Step {
  /** The purpose of the step, for people. */
  why: string;
  /** A program and its arguments. */
  command: readonly string[];
  /** It cannot be undone. */
  forEver?: boolean;
}

const hex = (value: number) => `0x${value.toString(16)}`;

export interface FlashFiles {
  bootloader: string;
  table: string;
  otadata: string;
  application: string;
  header: string;
}

export interface FlashOptions {
  target: Target;
  port: string;
  files: FlashFiles;
  /** The chip's flash; 4 MB if left out. */
  flash?: FlashSize;
  /** Nothing of what was on the chip stays, its key least of all. */
  erase: boolean;
}

/** Writes bootloader, table and a first image, which then lies in slot A. */
export function flashSteps({ erase, files, flash, port, target }: FlashOptions): Step[] {
  const tool = ['esptool', '--chip', target, '--port', port];
  const slot = chipPartition('ota_0', flash);
  const places: [number, string][] = [
    [chips[target].bootloaderOffset, files.bootloader],
    [TABLE_OFFSET, files.table],
    [chipPartition('otadata', flash).offset, files.otadata],
    [slot.offset, files.application],
    [slot.offset + slot.size - sectorSize, files.header],
  ];
  return [
    ...(erase
      ? [
          {
            why: 'Erase the whole flash: the board forgets its key and everything else.',
            command: [...tool, 'erase-flash'],
          },
        ]
      : []),
    {
      why: 'Write bootloader, partition table and the image, its header into the last sector of its slot.',
      command: [...tool, 'write-flash', ...places.flatMap(([offset, file]) => [hex(offset), file])],
    },
  ];
}

export interface SecureOptions {
  target: Target;
  port: string;
  /** Folder of the signing key. */
  keys: string;
  /** The key exists already. */
  keyExists: boolean;
  /** Folder that `npm run build:esp32 -- --secure` wrote. */
  build: string;
  version: number;
  hardware: string;
}

/**
 * From a blank chip to one that starts only what the key signed, and whose flash nobody else can read. The chip makes
 * its own encryption key; the signing key's digest is burned by the signed bootloader when it first starts.
 */
export function secureSteps(options: SecureOptions): Step[] {
  const { build, hardware, keyExists, keys, port, target, version } = options;
  const key = join(keys, 'secure-boot.pem');
  const image = join(build, 'holdfast-signed.img');
  const sign = (file: string, to: string): string[] => [
    ...['espsecure', 'sign-data', '--version', '2', '--keyfile', key],
    ...['--output', join(build, to), join(build, file)],
  ];
  const made: Step = {
    why: `Make the signing key. Keep a copy offline: without it no image will ever start on this chip again.`,
    command: ['espsecure', 'generate-signing-key', '--version', '2', '--scheme', 'rsa3072', key],
  };
  const files: FlashFiles = {
    bootloader: join(build, 'bootloader-signed.bin'),
    table: join(build, buildFiles.table),
    otadata: join(build, buildFiles.otadata),
    application: `${image}.application.bin`,
    header: `${image}.header.bin`,
  };
  const flash = flashSteps({ target, port, files, erase: true }).map((step, index, all) =>
    index < all.length - 1
      ? step
      : {
          ...step,
          why: 'Write it all. At its first start the chip burns the digest of the signing key and a key of its own, encrypts its flash and closes the ROM’s door. Do not cut its power for two minutes.',
          forEver: true,
        },
  );
  return [
    ...(keyExists ? [] : [made]),
    {
      why: 'Look at the fuses of the chip: SECURE_BOOT_EN (ABS_DONE_1) and the crypt count must be 0, and the key blocks empty.',
      command: ['espefuse', '--chip', target, '--port', port, 'summary'],
    },
    { why: 'Sign the bootloader.', command: sign('bootloader.bin', 'bootloader-signed.bin') },
    { why: 'Sign the application.', command: sign('xs_esp32.bin', 'xs_esp32-signed.bin') },
    {
      why: 'Make the image of the signed application; updates are made the same way from now on.',
      command: [
        ...['holdfast', 'chip', 'image', join(build, 'xs_esp32-signed.bin')],
        ...['--version', `${version}`, '--hardware', hardware, '--out', image, '--parts', '--force'],
      ],
    },
    ...flash,
  ];
}

/** The sentence that a person types before anything is done that cannot be undone. */
export const phraseOf = (target: Target, port: string): string => `lock the ${target} at ${port} for ever`;
