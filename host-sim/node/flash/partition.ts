/**
 * Flash in memory, true to NOR: erasing sets a sector to 0xFF, writing only clears bits, and whoever tries to set
 * one is told (a chip would silently store the AND of both).
 */
import type { Partition } from '../../../firmware/port/flash.js';

/** A write or erase that no correct firmware attempts. */
export class FlashMisuse extends Error {}

/** The typed arrays that a board expects: a bundle that runs in its own `vm` context has its own Uint8Array. */
export interface Realm {
  Uint8Array: Uint8ArrayConstructor;
}

export interface Geometry {
  /** Bytes; a multiple of `sectorSize`. */
  size: number;
  /** Bytes. */
  sectorSize: number;
}

/** Throws FlashMisuse unless the range lies within the partition. */
export function checkRange({ size }: Geometry, offset: number, length: number): void {
  const whole = Number.isInteger(offset) && Number.isInteger(length);
  if (!whole || offset < 0 || length < 0 || offset + length > size) {
    throw new FlashMisuse(`${length} bytes at ${offset} exceed a partition of ${size}`);
  }
}

/** Throws FlashMisuse unless writing `bytes` over `before` only clears bits. */
export function checkWrite(before: Uint8Array, bytes: Uint8Array, offset: number): void {
  for (let i = 0; i < bytes.length; i++) {
    if ((before[i] & bytes[i]) !== bytes[i]) {
      const values = `0x${before[i].toString(16)} to 0x${bytes[i].toString(16)}`;
      throw new FlashMisuse(`a write cannot set bits: ${values} at ${offset + i}`);
    }
  }
}

/** Throws FlashMisuse unless a sector begins at `offset`. */
export function checkErase({ size, sectorSize }: Geometry, offset: number): void {
  if (!Number.isInteger(offset / sectorSize) || offset < 0 || offset >= size) {
    throw new FlashMisuse(`no sector of ${sectorSize} bytes begins at ${offset}`);
  }
}

/** A partition in memory, erased at first, with the rules of NOR flash. Its methods throw FlashMisuse where a rule is broken. */
export class MemoryPartition implements Partition {
  readonly size: number;
  readonly sectorSize: number;
  /** The number of times that each sector was erased. */
  readonly erasures: number[];
  readonly #cells: Uint8Array;
  readonly #realm: Realm;

  /** Erased, unless `contents` (copied, exactly `size` bytes) says otherwise. */
  constructor({ size, sectorSize }: Geometry, contents?: Uint8Array, realm: Realm = globalThis) {
    if (!(size % sectorSize === 0))
      throw new FlashMisuse(`${size} bytes are no whole sectors of ${sectorSize}`);
    if (contents && contents.length !== size) {
      throw new FlashMisuse(`${contents.length} bytes for a partition of ${size}`);
    }
    this.size = size;
    this.sectorSize = sectorSize;
    this.erasures = new Array(size / sectorSize).fill(0);
    this.#cells = contents ? Uint8Array.from(contents) : new Uint8Array(size).fill(0xff);
    this.#realm = realm;
  }

  read(offset: number, length: number): Uint8Array {
    checkRange(this, offset, length);
    const bytes = new this.#realm.Uint8Array(length);
    bytes.set(this.#cells.subarray(offset, offset + length));
    return bytes;
  }

  write(offset: number, bytes: Uint8Array): void {
    checkRange(this, offset, bytes.length);
    checkWrite(this.#cells.subarray(offset, offset + bytes.length), bytes, offset);
    this.#cells.set(bytes, offset);
  }

  erase(offset: number): void {
    checkErase(this, offset);
    this.#cells.fill(0xff, offset, offset + this.sectorSize);
    this.erasures[offset / this.sectorSize]++;
  }
}
