/**
 * A small store that survives a power cut at any instant. Batches of entries are appended to a log in one half of a
 * flash partition; when the half is full, all that still counts is copied to the other half, which then takes over.
 * (Log-structured stores: Rosenblum and Ousterhout 1991; NVS and littlefs have two halves too.)
 *
 * A batch is written as intent, body and mark; the body is read back before the mark is set. A batch counts once a bit
 * of its mark is written, never before.
 *
 * A take-over erases the other half, whatever it seems to hold, and writes snapshot, header and seal; then it retires
 * the old half by clearing its header. The new half counts once its header is whole. The old half is erased at its next
 * turn. Where a batch was torn at the end of a log, the log cannot go on, and a take-over leaves the half.
 */
import { concat } from '../bytes/concat.js';
import { crcBegin, crcEnd, crcUpdate } from '../bytes/crc32.js';
import type { Partition } from '../port/flash.js';
import {
  EntryIndex,
  encodeEntry,
  entryHeadSize,
  INDEXED_BYTES_MAX,
  keyCount,
  readEntry,
  VALUE_BYTES_MAX,
} from './entry.js';
import {
  affirm,
  clear,
  encodeFrameBody,
  encodeHeader,
  encodeSeal,
  flagSize,
  frameBodyOffset,
  frameHeadSize,
  type Header,
  halfHeadSize,
  headerSize,
  markOffset,
  sealOffset,
  setFlag,
  writeChecked,
} from './layout.js';
import { type Current, survey } from './survey.js';

export { VALUE_BYTES_MAX } from './entry.js';

/** Bytes of a batch in flash: its values, and 8 for each entry. Two values of full length fit. */
export const BATCH_BYTES_MAX = 2304;

/** Misuse: a key, value or batch that this journal cannot hold. Nothing was written. */
export class JournalLimit extends Error {
  constructor(
    readonly limit: 'key' | 'value' | 'batch' | 'capacity',
    message: string,
  ) {
    super(message);
  }
}

/**
 * The flash itself fails: a stored value cannot be read any more, or neither half takes a snapshot. The remedy is to
 * restart the board: the journal then opens as `lost`, or as it was before the batch that failed.
 */
export class JournalFault extends Error {
  constructor(
    readonly fault: 'unreadable' | 'worn',
    message: string,
  ) {
    super(message);
  }
}

/** Entries to store together; an undefined value deletes. */
export type Batch = ReadonlyArray<readonly [key: number, value: Uint8Array | undefined]>;

/**
 * A store of up to 256 values.
 *
 * @example
 * const journal = openJournal(flash.open('journal'));
 * if (journal.state === 'lost') log('what was stored cannot be read');
 * journal.put([[3, encodeText('on')], [4, undefined]]); // both or neither
 * journal.get(3);
 */
export interface Journal {
  /**
   * The state on opening. `blank`: nothing was ever stored. `lost`: something was stored, and it cannot be read; the
   * journal is empty, and stays `lost` at every further opening until a batch has been stored.
   */
  readonly state: 'blank' | 'restored' | 'lost';
  /** The newest value of a key (0 to 255), in new memory. Throws JournalFault when the flash has lost it since. */
  get(key: number): Uint8Array | undefined;
  /**
   * Stores all entries or none; undefined deletes; of a key that is given twice the last counts. The entries are
   * durable on return. Throws JournalLimit (nothing happened) or JournalFault (as if nothing had happened). Storing
   * nothing, or deleting what is not there, does not touch the flash.
   */
  put(entries: Batch): void;
  /** All entries, by ascending key; a value is read when the iteration comes to it. Do not store in between. */
  entries(): IterableIterator<[key: number, value: Uint8Array]>;
  /** Bytes that are stored, 8 for each entry included. */
  readonly used: number;
  /** The greatest `used` that is possible. */
  readonly capacity: number;
  /** Erasures of the more worn half so far, without take-overs that were cut short; flash endures some 100,000. */
  readonly wear: number;
}

/**
 * Opens the journal in a partition of an even number of sectors, 1 KiB to 32 KiB a half, and repairs what a
 * power cut left behind. Throws a RangeError for another geometry, JournalFault when a needed repair is impossible.
 */
export function openJournal(partition: Partition): Journal {
  const { size, sectorSize } = partition;
  if (size % (2 * sectorSize) !== 0 || size < 2048 || size > INDEXED_BYTES_MAX)
    throw new RangeError('a journal needs two halves of 1 KiB to 32 KiB');
  return new FlashJournal(partition);
}

class FlashJournal implements Journal {
  readonly state: Journal['state'];
  readonly capacity: number;
  readonly #partition: Partition;
  readonly #halfSize: number;
  #current: Current | undefined = undefined;
  #index: EntryIndex;
  /** The offset of the next frame; the end of the half when none may follow. */
  #tail = 0;

  constructor(partition: Partition) {
    this.#partition = partition;
    this.#halfSize = partition.size / 2;
    // A quarter stays free for the log: else a full journal would be copied for every batch.
    this.capacity = Math.floor(((this.#halfSize - halfHeadSize) * 3) / 4);
    const found = survey(partition);
    this.state = found.found;
    this.#current = found.found === 'blank' ? undefined : found.current;
    this.#index = found.found === 'restored' ? found.index : new EntryIndex();
    this.#tail = found.found === 'restored' ? found.log.tail : partition.size;
    if (this.#current !== undefined) this.#settle(this.#current);
    if (found.found === 'blank' && found.torn) this.#refuse(false);
    if (found.found === 'lost' && found.current === undefined) this.#refuse(true);
    if (found.found !== 'restored') return;
    if (found.log.spoiled) this.#takeOver(new Map());
    else if (found.log.last !== undefined) clear(partition, found.log.last + markOffset, flagSize);
  }

  get used(): number {
    return this.#index.total;
  }

  get wear(): number {
    return this.#current === undefined ? 0 : Math.ceil(this.#current.header.sequence / 2);
  }

  get(key: number): Uint8Array | undefined {
    this.#checkKey(key);
    const offset = this.#index.offset(key);
    if (offset === undefined) return undefined;
    const end = offset + this.#index.size(key);
    for (let attempt = 0; attempt < 3; attempt++) {
      const entry = readEntry(this.#partition, offset, end);
      if (entry !== undefined && entry.key === key && offset + entry.size === end) return entry.value;
    }
    throw new JournalFault('unreadable', `the value of key ${key} no longer matches its checksum`);
  }

  *entries(): IterableIterator<[number, Uint8Array]> {
    for (let key = 0; key < keyCount; key++) {
      const value = this.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  put(entries: Batch): void {
    const batch = this.#check(entries);
    if (batch.size === 0) return;
    if (!this.#append(batch)) this.#takeOver(batch);
  }

  #checkKey(key: number): void {
    if (!Number.isInteger(key) || key < 0 || key >= keyCount)
      throw new JournalLimit('key', `no such key: ${key}`);
  }

  /** The batch as it will be stored, one entry for each key, if this journal can hold it. */
  #check(entries: Batch): Map<number, Uint8Array | undefined> {
    const batch = new Map<number, Uint8Array | undefined>();
    for (const [key, value] of entries) {
      this.#checkKey(key);
      if (value !== undefined && value.length > VALUE_BYTES_MAX) {
        throw new JournalLimit('value', `${value.length} bytes for key ${key}, at most ${VALUE_BYTES_MAX}`);
      }
      batch.set(key, value);
    }
    let size = 0;
    let total = this.#index.total;
    for (const [key, value] of batch) {
      const old = this.#index.size(key);
      if (value === undefined && old === 0) {
        batch.delete(key);
        continue;
      }
      const length = value === undefined ? 0 : value.length;
      size += entryHeadSize + length;
      total += (value === undefined ? 0 : entryHeadSize + length) - old;
    }
    if (size > BATCH_BYTES_MAX)
      throw new JournalLimit('batch', `${size} bytes at once, at most ${BATCH_BYTES_MAX}`);
    if (total > this.capacity) throw new JournalLimit('capacity', `${total} bytes, at most ${this.capacity}`);
    return batch;
  }

  /**
   * Appends a frame; false when the half is full, or its flash does not take it: nothing may then follow in this half.
   */
  #append(batch: Map<number, Uint8Array | undefined>): boolean {
    const current = this.#current;
    if (current === undefined) return false;
    const parts: Uint8Array[] = [];
    for (const [key, value] of batch) parts.push(encodeEntry(key, value));
    const payload = concat(...parts);
    const offset = this.#tail;
    const end = (current.half + 1) * this.#halfSize;
    this.#tail = end;
    if (offset + frameHeadSize + payload.length > end) return false;
    const body = encodeFrameBody(current.header.sequence, offset, payload);
    if (!setFlag(this.#partition, offset)) return false;
    if (!writeChecked(this.#partition, offset + frameBodyOffset, body)) return false;
    if (!setFlag(this.#partition, offset + markOffset)) return false;
    let at = offset + frameHeadSize;
    for (const [key, value] of batch) {
      const size = entryHeadSize + (value === undefined ? 0 : value.length);
      if (value === undefined) this.#index.delete(key);
      else this.#index.set(key, at, size);
      at += size;
    }
    this.#tail = at;
    return true;
  }

  /** Copies all that counts, `batch` included, to the other half, and goes on there. */
  #takeOver(batch: Map<number, Uint8Array | undefined>): void {
    const partition = this.#partition;
    const half = this.#current === undefined ? 0 : this.#current.half === 0 ? 1 : 0;
    const base = half * this.#halfSize;
    // Even if the half reads as erased: a cut inside an erase leaves bits that only seem to be.
    for (let at = base; at < base + this.#halfSize; at += partition.sectorSize) partition.erase(at);
    const index = new EntryIndex();
    let crc = crcBegin;
    let at = base + halfHeadSize;
    for (let key = 0; key < keyCount; key++) {
      const value = batch.has(key) ? batch.get(key) : this.get(key);
      if (value === undefined) continue;
      const entry = encodeEntry(key, value);
      this.#writeOrThrow(at, entry);
      crc = crcUpdate(crc, entry);
      index.set(key, at, entry.length);
      at += entry.length;
    }
    const header: Header = {
      sequence: this.#current === undefined ? 1 : this.#current.header.sequence + 1,
      snapshotLength: at - base - halfHeadSize,
      snapshotCrc: crcEnd(crc),
    };
    this.#writeOrThrow(base, encodeHeader(header, this.#halfSize));
    partition.write(base + sealOffset, encodeSeal());
    clear(partition, half === 0 ? this.#halfSize : 0, headerSize);
    this.#current = { half, header };
    this.#index = index;
    this.#tail = at;
  }

  #writeOrThrow(offset: number, bytes: Uint8Array): void {
    if (writeChecked(this.#partition, offset, bytes)) return;
    // The bytes may be a header that a later reading takes for whole.
    const half = offset < this.#halfSize ? 0 : this.#halfSize;
    clear(this.#partition, half, headerSize);
    throw new JournalFault('worn', `flash at ${offset} does not take what is written`);
  }

  /** Repeats the last steps of a take-over at every start: the last run may have been cut inside them. */
  #settle(current: Current): void {
    const base = current.half * this.#halfSize;
    affirm(this.#partition, base, encodeHeader(current.header, this.#halfSize));
    affirm(this.#partition, base + sealOffset, encodeSeal());
    clear(this.#partition, current.half === 0 ? this.#halfSize : 0, headerSize);
  }

  /** Clears headers that were found not to count, so that they do not count at a later reading either. */
  #refuse(wasStored: boolean): void {
    clear(this.#partition, 0, headerSize);
    // Half 0 will be erased for the next snapshot: the trace that something was stored must not go with it.
    if (wasStored) clear(this.#partition, this.#halfSize, headerSize);
  }
}
