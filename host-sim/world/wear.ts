/** Wear of a board's flash: how often it erased each sector, whatever faults lie below. */
import type { Flash, Partition, PartitionName } from '../../firmware/port/flash.js';

/** Counts erasures over all lives of one board. */
export class WearMeter {
  readonly #erasures = new Map<PartitionName, number[]>();

  /** That flash, counted; what was counted before stays. */
  over(flash: Flash): Flash {
    const opened = new Map<PartitionName, Partition>();
    return {
      open: name => {
        const partition = opened.get(name) ?? this.#counted(name, flash.open(name));
        opened.set(name, partition);
        return partition;
      },
    };
  }

  /** Erasures of the sector of that partition that was erased most. */
  most(name: PartitionName): number {
    return Math.max(0, ...(this.#erasures.get(name) ?? []));
  }

  #counted(name: PartitionName, inner: Partition): Partition {
    const { sectorSize, size } = inner;
    const counts = this.#erasures.get(name) ?? new Array<number>(size / sectorSize).fill(0);
    this.#erasures.set(name, counts);
    return {
      ...{ size, sectorSize },
      read: (offset, length) => inner.read(offset, length),
      write: (offset, bytes) => inner.write(offset, bytes),
      erase: offset => {
        counts[Math.floor(offset / sectorSize)]++;
        inner.erase(offset);
      },
    };
  }
}
