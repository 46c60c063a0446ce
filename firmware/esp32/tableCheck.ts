/**
 * The look at the partition table that a chip was flashed with, at every start: an update replaces images, never the
 * table. Without its journal, or room for its key, a board would begin to forget what it has done; it says so and does
 * not start. What only a newer table has is named and not missed.
 */
import { JOURNAL_BYTES } from '../store/partitionSizes.js';
import type { ChipPartition } from './flash.js';

/** Bytes of NVS from which identity and counter fit, with what the radio keeps there. */
export const NVS_BYTES_MIN = 0xb000;

/** Partitions that tables of before 2026-11-29 do not have. */
const newer = ['telemetry', 'config', 'crash', 'app_store'];

const remedy = 'write table and image anew with holdfast chip flash; without --erase the key stays';

/** The names of what the table is too old to have. Throws an Error with the remedy on a table that no image can run on. */
export function checkTable(open: (path: string) => Pick<ChipPartition, 'status'>): string[] {
  const bytesOf = (name: string): number => {
    try {
      return open(name).status().size;
    } catch {
      return 0;
    }
  };
  if (bytesOf('journal') !== JOURNAL_BYTES || bytesOf('nvs') < NVS_BYTES_MIN)
    throw new Error(`the partition table is not one of Holdfast: ${remedy}`);
  return newer.filter(name => bytesOf(name) === 0);
}

/** The line that a board with an old table says at its start; undefined when nothing is missing. */
export function tableRemark(missing: readonly string[]): string | undefined {
  return missing.length === 0
    ? undefined
    : `the partition table is an old one, without ${missing.join(', ')}: to have them, ${remedy}`;
}
