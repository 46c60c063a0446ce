/** The command line of the emulator: which machine, what lies in its memory, how it is strapped. */

import type { PartitionName } from '../../firmware/port/flash.js';
import { fileBytes, partitionFile } from '../node/flash/fileFlash.js';
import { partitionTable } from '../node/flash/table.js';
import { boardProgram } from './build.js';
import { emulator } from './tools.js';

/** As host/straps.h has them. */
export interface Straps {
  /** Bytes of the image's heap, slots of its stack. */
  heap: number;
  stack: number;
  /** Milliseconds at 160 MHz. */
  watchdog: number;
  /** Resets in a row by fault or watchdog. */
  failures: number;
  portable?: boolean;
  measure?: boolean;
  /** Makes an image in place of running one. */
  make?: boolean;
}

const strapsBase = 0x80500000;
/** In the order of host/flash.c. */
export const partitions: readonly PartitionName[] = [
  ...(['identity', 'journal', 'boot', 'slotA', 'slotB', 'counter', 'app', 'telemetry', 'crash'] as const),
  ...(['appA', 'appB'] as const),
];

/**
 * @param directory with the files of all partitions
 * @param line what the serial line is, as QEMU names it
 */
export function emulatorCommand(
  directory: string,
  straps: Straps,
  line: 'pty' | 'stdio',
): { command: string; arguments: string[] } {
  const flags = (straps.portable ? 1 : 0) | (straps.measure ? 2 : 0) | (straps.make ? 4 : 0);
  const words = [straps.heap, straps.stack, straps.watchdog, flags, straps.failures];
  return {
    command: emulator,
    arguments: [
      ...['-machine', 'virt', '-cpu', 'rv32', '-m', '16M', '-bios', 'none', '-display', 'none'],
      ...['-nodefaults', '-no-user-config', '-icount', 'shift=0', '-rtc', 'clock=rt'],
      ...['-semihosting-config', 'enable=on,target=native'],
      ...['-global', 'virtio-mmio.force-legacy=false', '-device', 'virtio-serial-device'],
      ...['-chardev', `${line},id=line`, '-device', 'virtconsole,chardev=line', '-kernel', boardProgram],
      ...partitions.flatMap((name, i) => [
        '-object',
        `memory-backend-file,id=${name},size=${fileBytes(partitionTable[name])},share=on,` +
          `mem-path=${partitionFile(directory, name).replace(/,/g, ',,')}`,
        '-device',
        `ivshmem-plain,memdev=${name},addr=${(i + 1).toString(16)}.0`,
      ]),
      ...words.flatMap((word, i) => [
        '-device',
        `loader,addr=0x${(strapsBase + 4 * i).toString(16)},data=${word},data-len=4`,
      ]),
    ],
  };
}
