/** A partition table as the file that ESP-IDF reads: comma-separated, in the order of offsets. */
import type { ChipPartitionRow, FlashSize } from './partitions.js';

/** The path of the file, from firmware/esp32. */
export const partitionFile = (flash: FlashSize): string => `partitions/${flash}.csv`;

/** The text of the file. */
export function partitionText(flash: FlashSize, rows: readonly ChipPartitionRow[]): string {
  const lines = rows.map(({ flags, holds, name, offset, size, subtype, type }) => {
    const cells = [name, type, subtype, hex(offset), hex(size), flags];
    return `# ${holds}\n${cells.map((cell, i) => (i < 5 ? `${cell},`.padEnd(11) : cell)).join('')}`.trimEnd();
  });
  return [
    `# ${flash} of flash. Written by npm run build:partitions from tools/chip/partitions.ts: change nothing here.`,
    '# Fixed for ever: a board in the field keeps the table that it was flashed with.',
    '# Name,   Type,     SubType,   Offset,    Size,      Flags',
    ...lines,
    '',
  ].join('\n');
}

const hex = (value: number): string => `0x${value.toString(16).toUpperCase()}`;
