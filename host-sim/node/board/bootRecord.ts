/**
 * The bootloader's memory: two sectors written in turn, each record with a serial number and a checksum.
 * The sector that holds the newest record is never touched, so whatever the power does, one record stays whole.
 *
 *  offset  length
 *       0       4  magic "HFBT"
 *       4       1  version of this format: 1
 *       5       1  active slot: 0 is A, 1 is B
 *       6       1  the mark of the other slot: 0 none, 1 new, 2 tried, 3 confirmed, 4 failed
 *       7       1  zero
 *       8       4  serial number, the greater is the newer
 *      12       4  length of the active image
 *      16       4  length of the image in the other slot that the mark is about
 *      20       4  with marks 3 and 4: the checksum in that image's header, since another may be downloaded over it
 *      24       4  zero
 *      28       4  CRC-32 of the 28 bytes before
 */

import { crc32 } from '../../../firmware/bytes/crc32.js';
import { equal } from '../../../firmware/bytes/equal.js';
import type { SlotMark } from '../../../firmware/port/board.js';
import type { Partition } from '../../../firmware/port/flash.js';

export type Slot = 'A' | 'B';

export interface BootRecord {
  active: Slot;
  /** Bytes of the image in the active slot. */
  length: number;
  /** The other slot; missing for the mark `none`. */
  other?: OtherSlot;
}

/** The image in the slot that is not active. */
export interface OtherSlot {
  mark: Exclude<SlotMark, 'none'>;
  length: number;
  /** The checksum in its header, of one that was confirmed; 0 of one that was not yet. */
  checksum: number;
}

const recordLength = 32;
const magic = 0x48464254;
const formatVersion = 1;
const slots: readonly Slot[] = ['A', 'B'];
const marks: readonly SlotMark[] = ['none', 'new', 'tried', 'confirmed', 'failed'];

interface Found {
  record: BootRecord;
  serial: number;
  sector: number;
}

export class BootRecords {
  readonly #partition: Partition;

  /** @throws RangeError when the partition has fewer than two sectors. */
  constructor(partition: Partition) {
    if (partition.size < 2 * partition.sectorSize) throw new RangeError('two sectors are needed');
    this.#partition = partition;
  }

  /** The newest whole record, or undefined when this board was never flashed. */
  read(): BootRecord | undefined {
    return this.#settled()?.record;
  }

  /**
   * Durable when it returns; cut short, either the record before or this one is read.
   * @param next made out of the record before, where there is one
   * @throws Error when the flash does not hold what was written
   */
  write(next: (before: BootRecord | undefined) => BootRecord): void {
    const newest = this.#settled();
    const record = next(newest?.record);
    this.#store(newest ? 1 - newest.sector : 0, record, (newest?.serial ?? 0) + 1);
  }

  /**
   * A write that was cut can leave bits that read now so and now so, and a record that is there at one start and not
   * at the next. So nothing relies on a record before it reads the same for ever: it is programmed once more where
   * it lies, and if the other sector holds no record, then perhaps one that comes back, which is overwritten.
   */
  #settled(): Found | undefined {
    // Each sector is read once: a second look could differ.
    const [first, second] = [this.#at(0), this.#at(1)];
    const newest = first && second ? (second.serial > first.serial ? second : first) : (first ?? second);
    if (!newest) return undefined;
    const { record, serial, sector } = newest;
    this.#partition.write(sector * this.#partition.sectorSize, encode(record, serial));
    if (first && second) return newest;
    try {
      this.#store(1 - sector, record, serial + 1);
    } catch {
      // A worn sector prevents the next update, not this start.
      return newest;
    }
    return { record, serial: serial + 1, sector: 1 - sector };
  }

  #store(sector: number, record: BootRecord, serial: number): void {
    const bytes = encode(record, serial);
    const at = sector * this.#partition.sectorSize;
    this.#partition.erase(at);
    this.#partition.write(at, bytes);
    if (!equal(this.#partition.read(at, recordLength), bytes))
      throw new Error('the boot partition is worn out');
  }

  #at(sector: number): Found | undefined {
    const found = decode(this.#partition.read(sector * this.#partition.sectorSize, recordLength));
    return found && { ...found, sector };
  }
}

function encode(record: BootRecord, serial: number): Uint8Array {
  const bytes = new Uint8Array(recordLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic);
  bytes[4] = formatVersion;
  bytes[5] = slots.indexOf(record.active);
  bytes[6] = marks.indexOf(record.other?.mark ?? 'none');
  view.setUint32(8, serial);
  view.setUint32(12, record.length);
  view.setUint32(16, record.other?.length ?? 0);
  view.setUint32(20, record.other?.checksum ?? 0);
  view.setUint32(28, crc32(bytes.subarray(0, 28)));
  return bytes;
}

function decode(bytes: Uint8Array): { record: BootRecord; serial: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== magic || bytes[4] !== formatVersion) return undefined;
  if (view.getUint32(28) !== crc32(bytes.subarray(0, 28))) return undefined;
  if (bytes[5] > 1 || bytes[6] >= marks.length) return undefined;
  const record: BootRecord = { active: slots[bytes[5]], length: view.getUint32(12) };
  const mark = marks[bytes[6]];
  if (mark !== 'none') record.other = { mark, length: view.getUint32(16), checksum: view.getUint32(20) };
  return { record, serial: view.getUint32(8) };
}
