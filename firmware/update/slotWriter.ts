/** Writes an image into a slot as it arrives: whole sectors, each erased just before. */

import type { Crypto } from '../port/crypto.js';
import type { Partition } from '../port/flash.js';

export class SlotWriter {
  readonly #onProgress: (offset: number) => void;
  readonly #slot: Partition;
  readonly #sector: Uint8Array;
  #buffered = 0;
  #offset: number;

  /** Goes on at the sector that `offset` lies in. */
  constructor(slot: Partition, offset: number, onProgress: (offset: number) => void) {
    this.#slot = slot;
    this.#offset = offset - (offset % slot.sectorSize);
    this.#sector = new Uint8Array(slot.sectorSize);
    this.#onProgress = onProgress;
  }

  /** Bytes that are safe in flash. */
  get offset(): number {
    return this.#offset;
  }

  write(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; ) {
      const count = Math.min(piece.length - at, this.#sector.length - this.#buffered);
      this.#sector.set(piece.subarray(at, at + count), this.#buffered);
      this.#buffered += count;
      at += count;
      if (this.#buffered === this.#sector.length) this.flush();
    }
  }

  /** Writes what is buffered, at the end of the image. */
  flush(): void {
    if (this.#buffered === 0) return;
    this.#slot.erase(this.#offset);
    this.#slot.write(this.#offset, this.#sector.slice(0, this.#buffered));
    this.#offset += this.#buffered;
    this.#buffered = 0;
    this.#onProgress(this.#offset);
  }
}

const PIECE_BYTES = 4096;

/** SHA-256 of the first `length` bytes, read in pieces. */
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
