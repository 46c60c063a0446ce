/** Writing an image into a slot as it arrives: in whole sectors, each erased just before. */

import type { Crypto } from '../port/crypto.js';
import type { Partition } from '../port/flash.js';

/** One image on its way into a slot. */
export class SlotWriter {
  readonly #onProgress: (offset: number) => void;
  readonly #slot: Partition;
  readonly #sector: Uint8Array;
  #buffered = 0;
  #offset: number;

  /** Goes on at the sector that `offset` lies in. `onProgress` is told of every sector that is safe in flash. */
  constructor(slot: Partition, offset: number, onProgress: (offset: number) => void) {
    this.#slot = slot;
    this.#offset = offset - (offset % slot.sectorSize);
    this.#sector = new Uint8Array(slot.sectorSize);
    this.#onProgress = onProgress;
  }

  /** The number of bytes that are safe in flash. */
  get offset(): number {
    return this.#offset;
  }

  /** Takes the next bytes of the image, any number of them. Throws a flash fault as the partition does. */
  write(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; ) {
      const count = Math.min(piece.length - at, this.#sector.length - this.#buffered);
      this.#sector.set(piece.subarray(at, at + count), this.#buffered);
      this.#buffered += count;
      at += count;
      if (this.#buffered === this.#sector.length) this.flush();
    }
  }

  /** Writes what is buffered; to be called at the end of the image. */
  flush(): void {
    if (this.#buffered === 0) return;
    this.#slot.erase(this.#offset);
    this.#slot.write(this.#offset, this.#sector.slice(0, this.#buffered));
    this.#offset += this.#buffered;
    this.#buffered = 0;
    this.#onProgress(this.#offset);
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
