/**
 * The flash of a simulated board: one file per partition in the board's own directory, byte for byte what a chip
 * would hold. A write has reached the operating system when it returns, so killing the board's process at any
 * instant loses nothing that was written; `sync: 'host'` makes it survive the host's own power failure as well,
 * for some milliseconds a write. One process writes; others look at a snapshot (snapshot.ts).
 */
import * as fs from 'node:fs';
import { join } from 'node:path';
import type { Flash, Partition, PartitionName } from '../../../firmware/port/flash.js';
import { writeWhole } from '../wholeFile.js';
import { checkErase, checkRange, checkWrite, FlashMisuse, type Geometry, type Realm } from './partition.js';
import { type PartitionTable, partitionTable } from './table.js';

export interface FileFlashOptions {
  /** The realm whose Uint8Array is returned by reads; this program's if left out. */
  realm?: Realm;
  /** The event that a finished write survives: the end of this process (default), or the host's power failure. */
  sync?: 'process' | 'host';
}

export interface FileFlash extends Flash {
  /** Idempotent; partitions handed out no longer work afterwards. */
  close(): void;
}

/** The path of the file that holds a partition. */
export const partitionFile = (directory: string, name: PartitionName): string =>
  join(directory, `${name}.flash`);

/** Bytes of a partition's file: a power of two, as which the emulated board maps it. What lies behind the partition is nobody's. */
export function fileBytes({ size }: Geometry): number {
  return 2 ** Math.ceil(Math.log2(size));
}

/**
 * The flash in `directory`, which is made if need be; a partition is made, erased, when it is first opened.
 * Throws FlashMisuse when a file has another size than the table says.
 */
export function openFileFlash(
  directory: string,
  table: PartitionTable = partitionTable,
  { realm = globalThis, sync = 'process' }: FileFlashOptions = {},
): FileFlash {
  fs.mkdirSync(directory, { recursive: true });
  const opened = new Map<PartitionName, FilePartition>();
  return {
    open(name) {
      let partition = opened.get(name);
      if (!partition) {
        const file = partitionFile(directory, name);
        createErased(file, table[name], sync);
        partition = new FilePartition(file, table[name], realm, sync);
        opened.set(name, partition);
      }
      return partition;
    },
    close() {
      for (const partition of opened.values()) partition.close();
    },
  };
}

/** Made under another name first, so that no cut leaves a partition of half its size. */
function createErased(file: string, geometry: Geometry, sync: 'process' | 'host'): void {
  if (fs.existsSync(file)) return;
  writeWhole(file, new Uint8Array(fileBytes(geometry)).fill(0xff), { flush: sync === 'host' });
}

class FilePartition implements Partition {
  readonly size: number;
  readonly sectorSize: number;
  readonly #file: number;
  readonly #realm: Realm;
  readonly #sync: 'process' | 'host';
  #closed = false;

  constructor(file: string, { size, sectorSize }: Geometry, realm: Realm, sync: 'process' | 'host') {
    this.size = size;
    this.sectorSize = sectorSize;
    this.#realm = realm;
    this.#sync = sync;
    this.#file = fs.openSync(file, 'r+');
    const found = fs.fstatSync(this.#file).size;
    // A file of before it was made a power of two is as long as its partition.
    if (found === size || found === fileBytes({ size, sectorSize })) return;
    this.close();
    throw new FlashMisuse(`${file} has ${found} bytes, the partition table says ${size}`);
  }

  read(offset: number, length: number): Uint8Array {
    checkRange(this, offset, length);
    const bytes = new this.#realm.Uint8Array(length);
    for (let done = 0; done < length; ) {
      const count = fs.readSync(this.#file, bytes, done, length - done, offset + done);
      if (count === 0) throw new FlashMisuse('the file of a partition was cut short while in use');
      done += count;
    }
    return bytes;
  }

  write(offset: number, bytes: Uint8Array): void {
    checkWrite(this.read(offset, bytes.length), bytes, offset);
    this.#store(offset, bytes);
  }

  erase(offset: number): void {
    checkErase(this, offset);
    this.#store(offset, new Uint8Array(this.sectorSize).fill(0xff));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    fs.closeSync(this.#file);
  }

  #store(offset: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      done += fs.writeSync(this.#file, bytes, done, bytes.length - done, offset + done);
    }
    if (this.#sync === 'host') fs.fdatasyncSync(this.#file);
  }
}
