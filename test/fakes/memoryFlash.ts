/** The flash of a board in memory, with slots as small as a test needs. */
import type { PartitionName } from '../../firmware/port/flash.js';
import { MemoryPartition } from '../../host-sim/node/flash/partition.js';
import { partitionTable } from '../../host-sim/node/flash/table.js';

export class MemoryFlash {
  readonly #partitions = new Map<PartitionName, MemoryPartition>();
  readonly #sizes: Partial<Record<PartitionName, number>>;

  /** `sizes` in bytes, where they shall differ from the real table. */
  constructor(sizes: Partial<Record<PartitionName, number>> = {}) {
    this.#sizes = sizes;
  }

  open(name: PartitionName): MemoryPartition {
    const { sectorSize, size } = partitionTable[name];
    const partition =
      this.#partitions.get(name) ?? new MemoryPartition({ sectorSize, size: this.#sizes[name] ?? size });
    this.#partitions.set(name, partition);
    return partition;
  }

  /** As if it had never been written. */
  wipe(name: PartitionName): void {
    this.#partitions.delete(name);
  }

  /** The partition as it lies in another flash. */
  replace(name: PartitionName, from: MemoryFlash): void {
    const { sectorSize, size } = from.open(name);
    this.#partitions.set(name, new MemoryPartition({ sectorSize, size }, from.open(name).read(0, size)));
  }

  /** A copy of this instant. */
  clone(): MemoryFlash {
    const copy = new MemoryFlash(this.#sizes);
    for (const [name, partition] of this.#partitions) {
      const { sectorSize, size } = partition;
      copy.#partitions.set(name, new MemoryPartition({ sectorSize, size }, partition.read(0, size)));
    }
    return copy;
  }
}
