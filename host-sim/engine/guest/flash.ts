/** The Flash port over the host's functions. */
import type { Flash, PartitionName } from '../../../firmware/port/flash.js';
import type { FlashHost } from './host.js';

const sectorSize = 4096;

/** The partitions of the host's flash, in sectors of 4096 bytes; offsets and lengths in bytes. What the host refuses is thrown. */
export function hostFlash(host: FlashHost): Flash {
  return {
    open(name: PartitionName) {
      const partition = `${name}` as PartitionName;
      return {
        size: host.partitionSize(partition),
        sectorSize,
        read: (offset, length) => new Uint8Array(host.flashRead(partition, offset, length)),
        write: (offset, bytes) => host.flashWrite(partition, offset, bytes),
        erase: offset => host.flashErase(partition, offset),
      };
    },
  };
}
