/** The Flash port over the host's functions. Classes, whose methods take no memory of the image's. */
import type { Flash, Partition, PartitionName } from '../../../firmware/port/flash.js';
import type { FlashHost } from './host.js';

const SECTOR_BYTES = 4096;

/** The partitions of the host's flash, in sectors of 4096 bytes; offsets and lengths in bytes. What the host refuses is thrown. */
export class HostFlash implements Flash {
  readonly #host: FlashHost;

  constructor(host: FlashHost) {
    this.#host = host;
  }

  open(name: PartitionName): Partition {
    return new HostPartition(this.#host, `${name}` as PartitionName);
  }
}

class HostPartition implements Partition {
  readonly #host: FlashHost;
  readonly #name: PartitionName;
  readonly size: number;
  readonly sectorSize = SECTOR_BYTES;

  constructor(host: FlashHost, name: PartitionName) {
    this.#host = host;
    this.#name = name;
    this.size = host.partitionSize(name);
  }

  read(offset: number, length: number): Uint8Array {
    return new Uint8Array(this.#host.flashRead(this.#name, offset, length));
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#host.flashWrite(this.#name, offset, bytes);
  }

  erase(offset: number): void {
    this.#host.flashErase(this.#name, offset);
  }
}
