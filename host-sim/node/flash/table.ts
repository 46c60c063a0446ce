/**
 * The partition table of a simulated board. What a chip has under the same name is as large there
 * (tools/chip/partitions.ts); its slots are smaller, and its bootloader keeps its own records.
 */
import type { PartitionName } from '../../../firmware/port/flash.js';
import {
  APP_BYTES,
  APP_SLOT_BYTES,
  COUNTER_BYTES,
  CRASH_BYTES,
  IDENTITY_BYTES,
  JOURNAL_BYTES,
  TELEMETRY_BYTES,
} from '../../../firmware/store/partitionSizes.js';
import type { Geometry } from './partition.js';

export type PartitionTable = Readonly<Record<PartitionName, Geometry>>;

const sectorSize = 4096;

export const partitionTable: PartitionTable = {
  identity: { size: IDENTITY_BYTES, sectorSize },
  journal: { size: JOURNAL_BYTES, sectorSize },
  boot: { size: 8 * 1024, sectorSize },
  slotA: { size: 1024 * 1024, sectorSize },
  slotB: { size: 1024 * 1024, sectorSize },
  counter: { size: COUNTER_BYTES, sectorSize },
  app: { size: APP_BYTES, sectorSize },
  telemetry: { size: TELEMETRY_BYTES, sectorSize },
  crash: { size: CRASH_BYTES, sectorSize },
  appA: { size: APP_SLOT_BYTES, sectorSize },
  appB: { size: APP_SLOT_BYTES, sectorSize },
};
