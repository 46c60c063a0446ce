/**
 * A small store that survives a power cut at any instant: batches of entries are appended to a log in one half of
 * a flash partition; when it is full, what still counts is copied to the other half, which then takes over.
 * (The idea of log-structured stores: Rosenblum and Ousterhout 1991; of two halves: NVS and littlefs do alike.)
 *
 * A batch: intent, body, read back, mark. It counts once a bit of its mark is written, never before.
 * A take-over: erase the other half, whatever it seems to hold; snapshot; header; seal; then retire the old half
 * by clearing its header. The new half counts once its header is whole. The old one is erased when its turn comes
 * again. A half whose log cannot go on, because a batch was torn at its end, is left by a take-over.
 */
import { concat } from '../bytes/concat.js';
import { crcBegin, crcEnd, crcUpdate } from '../bytes/crc32.js';
import type { Partition } from '../port/flash.js';
import { EntryIndex, encodeEntry, entryHeadSize, keyCount, readEntry, VALUE_BYTES_MAX } from './entry.js';
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

/** Bytes of a batch in flash: its values and 8 bytes for each entry. Two values of full length fit. */
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
 * The flash itself fails: a stored value cannot be read any more, or neither half takes a snapshot. Whoever meets
 * it should restart the board: the journal then opens as `lost`, or as it was before the batch that failed.
 */
export class JournalFault extends Error {
  constructor(
    readonly fault: 'unreadable' | 'worn',
    message: string,
  ) {
    super(message);
  }
}

export type Batch = ReadonlyArray<readonly [key: number, value: Uint8Array | undefined]>;

export interface Journal {
  /**
   * What was found on opening. `blank`: nothing was ever stored. `lost`: something was, and it cannot be read; the
   * journal is empty, and stays `lost` at every further opening until a batch has been stored.
   */
  readonly state: 'blank' | 'restored' | 'lost';
  /** The newest value of a key (0 to 255), in new memory. Throws JournalFault when the flash has lost it since. */
  get(key: number): Uint8Array | undefined;
  /**
   * Stores all entries or none; undefined deletes; of a key given twice the last counts. On return they are
   * durable. Throws JournalLimit (nothing happened) or JournalFault (as if nothing had happened). Storing nothing,
   * or deleting what is not there, does not touch the flash.
   */
  put(entries: Batch): void;
  /** Keys ascending, values read as the iteration comes to them. Do not store in between. */
  entries(): IterableIterator<[key: number, value: Uint8Array]>;
  /** Bytes: what is stored, and the most that may be (8 for each entry counted in). */
  readonly used: number;
  readonly capacity: number;
  /** How often the more worn half was erased so far; flash endures some 100,000. Take-overs cut short not counted. */
  readonly wear: number;
}

/**
 * Opens the journal in a partition of an even number of sectors, at least 1 KiB a half, and repairs what a power
 * cut left behind. Throws a RangeError for another geometry, JournalFault when a needed repair is impossible.
 */
export function openJournal(partition: Partition): Journal {
  const { size, sectorSize } = partition;
  if (size % (2 * sectorSize) !== 0 || size < 2048)
    throw new RangeError('a journal needs two halves of 1 KiB');
  return new FlashJournal(partition);
}

class FlashJournal implements Journal {
  readonly state: Journal['state'];
  readonly capacity: number;
  readonly #partition: Partition;
  readonly #halfSize: number;
  #current: Current | undefined;
  #index: EntryIndex;
  /** Where the next frame goes; the end of the half when none may follow. */
  #tail = 0;

  constructor(partition: Partition) {
    this.#partition = partition;
    this.#halfSize = partition.size / 2;
    // A quarter stays free for the log, or a full journal would be copied for every batch.
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

  /** The batch as it will be stored, one entry a key, if this journal can hold it. */
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

  /** False when the half is full or its flash does not take the frame: nothing may then follow in this half. */
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

  /** Copies what counts, `batch` included, to the other half and goes on there. */
  #takeOver(batch: Map<number, Uint8Array | undefined>): void {
    const partition = this.#partition;
    const half = this.#current === undefined ? 0 : this.#current.half === 0 ? 1 : 0;
    const base = half * this.#halfSize;
    // Even if it reads as erased: a cut inside an erase leaves bits that only seem so.
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
    // What was written may be a header that some later reading takes for whole.
    const half = offset < this.#halfSize ? 0 : this.#halfSize;
    clear(this.#partition, half, headerSize);
    throw new JournalFault('worn', `flash at ${offset} does not take what is written`);
  }

  /** The last steps of a take-over, again at every start: the last run may have been cut inside them. */
  #settle(current: Current): void {
    const base = current.half * this.#halfSize;
    affirm(this.#partition, base, encodeHeader(current.header, this.#halfSize));
    affirm(this.#partition, base + sealOffset, encodeSeal());
    clear(this.#partition, current.half === 0 ? this.#halfSize : 0, headerSize);
  }

  /** Headers that were found not to count must not count at a later reading either. */
  #refuse(wasStored: boolean): void {
    clear(this.#partition, 0, headerSize);
    // Half 0 will be erased for the next snapshot: the trace that something was stored must not go with it.
    if (wasStored) clear(this.#partition, this.#halfSize, headerSize);
  }
}
