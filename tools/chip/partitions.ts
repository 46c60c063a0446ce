/** The partition table of a chip, as firmware/esp32/partitions.csv has it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../host-sim/node/repository.js';

export interface ChipPartitionRow {
  name: string;
  type: string;
  subtype: string;
  /** Bytes from the start of the flash. */
  offset: number;
  /** Bytes. */
  size: number;
  flags: string;
}

export function chipPartitions(): ChipPartitionRow[] {
  const text = readFileSync(join(repositoryRoot, 'firmware', 'esp32', 'partitions.csv'), 'utf8');
  return text
    .split('\n')
    .filter(line => line.trim() !== '' && !line.startsWith('#'))
    .map(line => {
      const [name, type, subtype, offset, size, flags = ''] = line.split(',').map(cell => cell.trim());
      return { name, type, subtype, offset: Number(offset), size: Number(size), flags };
    });
}

/** @throws Error when the table has none of that name */
export function chipPartition(name: string): ChipPartitionRow {
  const found = chipPartitions().find(row => row.name === name);
  if (!found) throw new Error(`the partition table has no ${name}`);
  return found;
}
