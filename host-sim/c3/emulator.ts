/**
 * The emulator of an ESP32-C3 that runs ESP-IDF's own software: found by what `HOLDFAST_QEMU_ESP32` names, as `MODDABLE`
 * and `IDF_PATH` name theirs. It is a QEMU with Espressif's machine `esp32c3`; nothing here fetches or builds one.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

/** There is no such emulator. The message says how to name one. */
export class C3Missing extends Error {}

/** The name of the variable. */
export const EMULATOR_VARIABLE = 'HOLDFAST_QEMU_ESP32';

/** The whole flash of a board, in its directory: bootloader, table, slots and all that the board keeps. */
export const flashFile = (directory: string): string => join(directory, 'flash.bin');

/** The emulator's file. @throws C3Missing */
export function findEmulator(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const file = environment[EMULATOR_VARIABLE];
  const remedy =
    'Espressif publishes such an emulator (qemu-system-riscv32 with the machine esp32c3): name its file there';
  if (!file) throw new C3Missing(`${EMULATOR_VARIABLE} is not set. ${remedy}`);
  try {
    accessSync(file, constants.X_OK);
    if (!statSync(file).isFile()) throw new Error('not a file');
  } catch {
    throw new C3Missing(`${EMULATOR_VARIABLE} is ${file}, which is no program. ${remedy}`);
  }
  return file;
}

/**
 * A C3 with this flash, its UART at the emulator's own input and output, and a card that reaches this machine. A reset of
 * the chip ends it. Time is counted in instructions: without that it loses interrupts. The watchdogs of its timer groups
 * bite when they should not, so they are off.
 */
export const emulatorArguments = (flash: string): string[] => [
  ...['-machine', 'esp32c3', '-icount', '3', '-no-reboot', '-display', 'none', '-monitor', 'none'],
  ...['-global', 'driver=timer.esp32c3.timg,property=wdt_disable,value=true'],
  ...['-drive', `file=${flash.replace(/,/g, ',,')},if=mtd,format=raw`],
  ...['-nic', 'user,model=open_eth', '-serial', 'stdio'],
];
