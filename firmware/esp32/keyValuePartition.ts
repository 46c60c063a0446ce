/**
 * A partition in a key-value store (NVS), page by page, so that its contents are encrypted with the store: a partition
 * that hardware encrypts does not allow single bits to be cleared, which a journal needs. A missing page is an erased
 * one. One page is written whole or not at all; several pages, or an erase, may be cut in the middle, as in real flash.
 */
import type { Partition } from '../port/flash.js';

/** `embedded:storage/key-value`, opened with the format `buffer`. */
export interface KeyValues {
  read(key: string): ArrayBuffer | undefined;
  write(key: string, value: Uint8Array): void;
  delete(key: string): void;
}

const pageSize = 256;
const sectorSize = 4096;

/** The partition. Ranges outside it throw a RangeError. `size` is in bytes, whole sectors of 4096. */
export function keyValuePartition(store: KeyValues, size: number): Partition {
  if (!(size > 0 && size % sectorSize === 0)) throw new RangeError(`${size} bytes are not whole sectors`);
  const keyOf = (page: number): string => `p${page}`;

  function page(number: number): Uint8Array | undefined {
    const stored = store.read(keyOf(number));
    if (stored === undefined) return undefined;
    if (stored.byteLength !== pageSize) throw new Error(`page ${number} has ${stored.byteLength} bytes`);
    return new Uint8Array(stored);
  }

  function check(offset: number, length: number): void {
    const whole = Number.isInteger(offset) && Number.isInteger(length);
    if (!whole || offset < 0 || length < 0 || offset + length > size) {
      throw new RangeError(`${length} bytes at ${offset} exceed a partition of ${size}`);
    }
  }

  return {
    size,
    sectorSize,
    read(offset, length) {
      check(offset, length);
      const bytes = new Uint8Array(length).fill(0xff);
      for (let at = offset; at < offset + length; ) {
        const within = at % pageSize;
        const count = Math.min(pageSize - within, offset + length - at);
        const stored = page((at - within) / pageSize);
        if (stored) bytes.set(stored.subarray(within, within + count), at - offset);
        at += count;
      }
      return bytes;
    },
    write(offset, bytes) {
      check(offset, bytes.length);
      for (let done = 0; done < bytes.length; ) {
        const at = offset + done;
        const within = at % pageSize;
        const count = Math.min(pageSize - within, bytes.length - done);
        const number = (at - within) / pageSize;
        const contents = page(number) ?? new Uint8Array(pageSize).fill(0xff);
        let changed = false;
        for (let i = 0; i < count; i++) {
          const next = contents[within + i] & bytes[done + i];
          changed = changed || next !== contents[within + i];
          contents[within + i] = next;
        }
        if (changed) store.write(keyOf(number), contents);
        done += count;
      }
    },
    erase(offset) {
      if (!Number.isInteger(offset / sectorSize) || offset < 0 || offset >= size) {
        throw new RangeError(`no sector begins at ${offset}`);
      }
      const first = offset / pageSize;
      for (let i = 0; i < sectorSize / pageSize; i++) store.delete(keyOf(first + i));
    },
  };
}
