/**
 * An entry of the journal: a value, or the mark that there is none. It carries its own checksum, because values are
 * read from flash when they are asked for, long after the journal was opened.
 *
 *     key 1 | kind 1 (1 value, 2 deleted) | length 2 | CRC of these and the value 4 | value
 */
import { readNumber, writeNumber } from '../bytes/bigEndian.js';
import { crcBegin, crcEnd, crcUpdate } from '../bytes/crc32.js';
import type { Partition } from '../port/flash.js';

export const keyCount = 256;
/** Bytes. */
export const VALUE_BYTES_MAX = 1024;
export const entryHeadSize = 8;

const kindValue = 1;
const kindDeleted = 2;

export interface Entry {
  key: number;
  value: Uint8Array | undefined;
  /** Bytes in flash, head included. */
  size: number;
}

function entryCrc(head: Uint8Array, value: Uint8Array): number {
  return crcEnd(crcUpdate(crcUpdate(crcBegin, head.subarray(0, 4)), value));
}

/** The bytes of an entry; an undefined value stands for a deleted one. Key and length must be within the limits. */
export function encodeEntry(key: number, value: Uint8Array | undefined): Uint8Array {
  const length = value === undefined ? 0 : value.length;
  const bytes = new Uint8Array(entryHeadSize + length);
  bytes[0] = key;
  bytes[1] = value === undefined ? kindDeleted : kindValue;
  writeNumber(bytes, 2, 2, length);
  if (value !== undefined) bytes.set(value, entryHeadSize);
  writeNumber(bytes, 4, 4, entryCrc(bytes, bytes.subarray(entryHeadSize)));
  return bytes;
}

/** The entry at `offset`, undefined unless it is whole and ends at or before `end`; `take` is shown its bytes. */
export function readEntry(
  partition: Partition,
  offset: number,
  end: number,
  take?: (bytes: Uint8Array) => void,
): Entry | undefined {
  if (offset + entryHeadSize > end) return undefined;
  const head = partition.read(offset, entryHeadSize);
  const key = head[0];
  const kind = head[1];
  const length = readNumber(head, 2, 2)!;
  const size = entryHeadSize + length;
  if (length > VALUE_BYTES_MAX || offset + size > end) return undefined;
  const value = partition.read(offset + entryHeadSize, length);
  if (readNumber(head, 4, 4) !== entryCrc(head, value)) return undefined;
  if (take !== undefined) {
    take(head);
    take(value);
  }
  if (kind === kindValue) return { key, value, size };
  return kind === kindDeleted && length === 0 ? { key, value: undefined, size } : undefined;
}

/** Bytes of a partition whose entries an index can tell. */
export const INDEXED_BYTES_MAX = 65_536;

/** The places in flash of the newest value of each key: 1 KiB of memory, however much is stored. */
export class EntryIndex {
  /** 0 where there is no entry: each half of a partition begins with a header. */
  readonly #offsets = new Uint16Array(keyCount);
  readonly #sizes = new Uint16Array(keyCount);
  #total = 0;

  /** Bytes of all entries together. */
  get total(): number {
    return this.#total;
  }

  /** The absolute offset of the entry, or undefined. */
  offset(key: number): number | undefined {
    const offset = this.#offsets[key];
    return offset === 0 ? undefined : offset;
  }

  /** Bytes of the entry in flash, 0 when there is none. */
  size(key: number): number {
    return this.#sizes[key];
  }

  set(key: number, offset: number, size: number): void {
    this.#total += size - this.#sizes[key];
    this.#offsets[key] = offset;
    this.#sizes[key] = size;
  }

  delete(key: number): void {
    this.#total -= this.#sizes[key];
    this.#offsets[key] = 0;
    this.#sizes[key] = 0;
  }

  /** Takes over the entries from `offset` to `end`; undefined if they are not whole, else the CRC state. */
  load(partition: Partition, offset: number, end: number, crc: number): number | undefined {
    let state = crc;
    const take = (bytes: Uint8Array): void => {
      state = crcUpdate(state, bytes);
    };
    for (let at = offset; at < end; ) {
      const entry = readEntry(partition, at, end, take);
      if (entry === undefined) return undefined;
      if (entry.value === undefined) this.delete(entry.key);
      else this.set(entry.key, at, entry.size);
      at += entry.size;
    }
    return state;
  }
}
