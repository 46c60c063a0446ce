/**
 * Writing an image into a slot as it arrives, sector by sector: a sector is held until it is known to be the image's,
 * and a sector that the flash holds already is not written again.
 */

import type { Crypto } from '../port/crypto.js';
import type { Partition } from '../port/flash.js';
import { SECTOR_BYTES } from './sectorTree.js';

/** The slot, the image, and those who judge and are told. */
export interface SlotWriterOptions {
  /** The size of its own sectors divides `SECTOR_BYTES`. */
  slot: Partition;
  /** Bytes of the whole image. */
  size: number;
  /** True when these pieces are the image's sector at that index. They are read once, at once. */
  belongs(index: number, sector: Iterable<Uint8Array>): boolean;
  /**
   * Bytes of the slot that are sure: those noted before the power came, and those written since. Of what lies beyond, the
   * last sector may have been cut, and read as the image's now and otherwise later; it is written anew. All of the slot
   * if left out.
   */
  sure?: number;
  /** Told of every sector that is safe in flash: bytes from the image's beginning, and whether it had to be written. */
  onSector(offset: number, written: boolean): void;
}

/** Bytes of the slot that are read, hashed and compared at once. */
const READ_BYTES = 512;

/** One image on its way into a slot. */
export class SlotWriter {
  readonly #options: SlotWriterOptions;
  /** The only sector in memory. */
  readonly #sector = new Uint8Array(SECTOR_BYTES);
  #buffered = 0;
  #offset = 0;
  #skipped = 0;

  constructor(options: SlotWriterOptions) {
    this.#options = options;
  }

  /** The number of bytes that are safe in flash. */
  get offset(): number {
    return this.#offset;
  }

  /** Passes over the sectors before `offset` that the flash holds as they should be, and stops at the first other one. */
  resume(offset: number): void {
    const { belongs, size } = this.#options;
    for (let at = 0; at < Math.min(offset, size); at += SECTOR_BYTES) {
      const length = Math.min(SECTOR_BYTES, size - at);
      if (at + length > offset || !belongs(at / SECTOR_BYTES, this.#stored(at, length))) return;
      this.#offset = at + length;
    }
  }

  /** Begins a stream of the image's bytes from `from` on, `offset` at most; what the flash holds is passed over. */
  begin(from: number): void {
    this.#buffered = 0;
    this.#skipped = this.#offset - from;
  }

  /**
   * Takes the next bytes of the stream, any number of them; those after the image's end are passed over. False when a
   * sector is not the image's: nothing of it was written. Throws a flash fault as the partition does.
   */
  write(piece: Uint8Array): boolean {
    let at = Math.min(this.#skipped, piece.length);
    this.#skipped -= at;
    while (at < piece.length && this.#offset < this.#options.size) {
      const length = Math.min(SECTOR_BYTES, this.#options.size - this.#offset);
      const count = Math.min(piece.length - at, length - this.#buffered);
      this.#sector.set(piece.subarray(at, at + count), this.#buffered);
      this.#buffered += count;
      at += count;
      if (this.#buffered === length && !this.#take(length)) return false;
    }
    return true;
  }

  #take(length: number): boolean {
    const { belongs, onSector, size, sure = size } = this.#options;
    const sector = this.#sector.subarray(0, length);
    this.#buffered = 0;
    if (!belongs(this.#offset / SECTOR_BYTES, [sector])) return false;
    const isSure = this.#offset + length <= sure || this.#nextIsThere(length);
    const written = !isSure || !this.#isThere(sector);
    if (written) this.#store(sector);
    this.#offset += length;
    onSector(this.#offset, written);
    return true;
  }

  #store(sector: Uint8Array): void {
    const { slot } = this.#options;
    const end = this.#offset + sector.length;
    for (let at = this.#offset; at < end; at += slot.sectorSize) slot.erase(at);
    slot.write(this.#offset, sector);
  }

  /** True when the sector after this one is the image's: it was begun after this one was whole. */
  #nextIsThere(length: number): boolean {
    const { belongs, size } = this.#options;
    const next = this.#offset + length;
    const count = Math.min(SECTOR_BYTES, size - next);
    return count > 0 && belongs(next / SECTOR_BYTES, this.#stored(next, count));
  }

  #isThere(sector: Uint8Array): boolean {
    let at = 0;
    for (const stored of this.#stored(this.#offset, sector.length))
      for (const byte of stored) if (byte !== sector[at++]) return false;
    return true;
  }

  *#stored(from: number, length: number): Iterable<Uint8Array> {
    for (let at = 0; at < length; at += READ_BYTES)
      yield this.#options.slot.read(from + at, Math.min(READ_BYTES, length - at));
  }
}

/** Bytes that are read at once. */
const PIECE_BYTES = 4096;

/** SHA-256 (32 bytes) of the first `length` bytes of a flash, read in pieces. */
export function hashOfFlash(
  crypto: Crypto,
  source: { read(offset: number, length: number): Uint8Array },
  length: number,
): Uint8Array {
  const hash = crypto.sha256();
  for (let at = 0; at < length; at += PIECE_BYTES)
    hash.update(source.read(at, Math.min(PIECE_BYTES, length - at)));
  return hash.digest();
}
