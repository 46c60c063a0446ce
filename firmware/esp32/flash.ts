/** The Flash port over ECMA-419 flash partitions (`embedded:storage/flash`). */
import type { Flash, Partition, PartitionName } from '../port/flash.js';
import { piecesOf, sectorOf, sectorSize } from './slotLayout.js';

/** One partition of the SDK. Its `write` takes any length; if the partition is encrypted, multiples of 16 bytes. */
export interface ChipPartition {
  read(count: number, offset: number): ArrayBuffer;
  write(bytes: Uint8Array, offset: number): void;
  eraseBlock(block: number): void;
  status(): { size: number; blockLength: number };
}

export interface ChipFlashOptions {
  open(path: string): ChipPartition;
  /** The slot that runs: the partition `running`; the other one is `nextota`. */
  running: 'A' | 'B';
  /**
   * Called once, before the first sector of the other slot is erased: what lay there must not be gone back to any more. 0, or
   * an esp_err_t, and then nothing is erased.
   */
  forgetIdle(): number;
  /** The partition of the key, in a store that flash encryption reaches. */
  identity: Partition;
  /** In the same store as the key, under names of its own. */
  counter: Partition;
}

/** The Flash port of a chip. `open` throws a RangeError on `boot`, since the bootloader keeps its own records. */
export function chipFlash({ open, running, forgetIdle, identity, counter }: ChipFlashOptions): Flash {
  let isForgotten = false;
  const openSlot = (slot: 'A' | 'B'): Partition => {
    if (running === slot) return slotPartition(open('running'));
    const idle = slotPartition(open('nextota'));
    const erase = (offset: number): void => {
      const error = isForgotten ? 0 : forgetIdle();
      if (error !== 0)
        throw new Error(`the mark of the other slot stays: error 0x${error.toString(16)} of the chip`);
      isForgotten = true;
      idle.erase(offset);
    };
    return { ...idle, erase };
  };
  return {
    open(name: PartitionName) {
      if (name === 'identity') return identity;
      if (name === 'counter') return counter;
      if (name === 'journal') return plainPartition(open(name));
      if (name === 'app') return partitionOrNone(open, 'app_store');
      if (name === 'telemetry' || name === 'crash') return partitionOrNone(open, name);
      if (name === 'slotA') return openSlot('A');
      if (name === 'slotB') return openSlot('B');
      throw new RangeError(`this platform has no partition ${name}: its bootloader keeps its own records`);
    },
  };
}

/** A partition that tables of before did not have (tableCheck.ts); one without a sector where it is not there. */
function partitionOrNone(open: ChipFlashOptions['open'], name: string): Partition {
  try {
    return plainPartition(open(name));
  } catch {
    return plainPartition({
      read: () => new ArrayBuffer(0),
      write() {},
      eraseBlock() {},
      status: () => ({ size: 0, blockLength: sectorSize }),
    });
  }
}

/** A partition without a layout of its own. Ranges outside it throw a RangeError. */
export function plainPartition(partition: ChipPartition): Partition {
  const { size, blockLength } = partition.status();
  return {
    size,
    sectorSize: blockLength,
    read(offset, length) {
      checkRange(size, offset, length);
      return length === 0 ? new Uint8Array(0) : new Uint8Array(partition.read(length, offset));
    },
    write(offset, bytes) {
      checkRange(size, offset, bytes.length);
      if (bytes.length > 0) partition.write(bytes, offset);
    },
    erase(offset) {
      if (!Number.isInteger(offset / blockLength) || offset < 0 || offset >= size) {
        throw new RangeError(`no sector begins at ${offset}`);
      }
      partition.eraseBlock(offset / blockLength);
    },
  };
}

/** Bytes that flash encryption takes at once. */
const cipherBlock = 16;

/** An image's slot: offsets count from the image's header on (slotLayout.ts). */
export function slotPartition(partition: ChipPartition): Partition {
  const { size, blockLength } = partition.status();
  if (blockLength !== sectorSize) throw new RangeError(`sectors of ${blockLength} bytes`);
  return {
    size,
    sectorSize,
    read(offset, length) {
      const bytes = new Uint8Array(length);
      for (const piece of piecesOf(size, offset, length)) {
        bytes.set(new Uint8Array(partition.read(piece.length, piece.at)), piece.from);
      }
      return bytes;
    },
    write(offset, bytes) {
      for (const piece of piecesOf(size, offset, bytes.length)) {
        const part = bytes.subarray(piece.from, piece.from + piece.length);
        partition.write(piece.at % cipherBlock === 0 ? filled(part) : part, piece.at);
      }
    },
    erase: offset => partition.eraseBlock(sectorOf(size, offset) / sectorSize),
  };
}

/** `bytes`, filled up to whole blocks with ones, which change nothing in flash that is not encrypted. */
function filled(bytes: Uint8Array): Uint8Array {
  if (bytes.length % cipherBlock === 0) return bytes;
  const blocks = new Uint8Array(Math.ceil(bytes.length / cipherBlock) * cipherBlock).fill(0xff);
  blocks.set(bytes);
  return blocks;
}

function checkRange(size: number, offset: number, length: number): void {
  const whole = Number.isInteger(offset) && Number.isInteger(length);
  if (!whole || offset < 0 || length < 0 || offset + length > size) {
    throw new RangeError(`${length} bytes at ${offset} exceed a partition of ${size}`);
  }
}
