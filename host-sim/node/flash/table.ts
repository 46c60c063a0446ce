/** The partition table of a simulated board, cut like that of a chip with 4 MiB of flash. */
import type { PartitionName } from '../../../firmware/port/flash.js';
import type { Geometry } from './partition.js';

export type PartitionTable = Readonly<Record<PartitionName, Geometry>>;

const sectorSize = 4096;

export const partitionTable: PartitionTable = {
  identity: { size: 8 * 1024, sectorSize },
  journal: { size: 64 * 1024, sectorSize },
  boot: { size: 8 * 1024, sectorSize },
  slotA: { size: 1024 * 1024, sectorSize },
  slotB: { size: 1024 * 1024, sectorSize },
  counter: { size: 8 * 1024, sectorSize },
  app: { size: 64 * 1024, sectorSize },
};
