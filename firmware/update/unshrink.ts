/**
 * The decompression of heatshrink (Scott Vokes, 2013), which needs no more memory than its window: a bit 1 and a byte,
 * or a bit 0, how far back, and how many bytes are taken from there.
 */

/** The largest window is of 2,048 bytes. */
export const WINDOW_BITS_MAX = 11;

/** Bytes that come compressed, given one by one. */
export class Unshrink {
  #input = new Uint8Array(0);
  #read = 0;
  /** Bits of the input that were read and not used yet. */
  #bits = 0;
  #bitCount = 0;
  #window = new Uint8Array(0);
  #windowBits = 0;
  #lengthBits = 0;
  #at = 0;
  /** The bytes that are still taken from so far back. */
  #left = 0;
  #distance = 0;

  /** Takes the next piece of input, once the last one is used up but for a few bits. */
  take(piece: Uint8Array): void {
    const rest = this.#input.subarray(this.#read);
    this.#input = new Uint8Array(rest.length + piece.length);
    this.#input.set(rest);
    this.#input.set(piece, rest.length);
    this.#read = 0;
  }

  /** The next byte of input as it is; −1 when there is none yet. */
  raw(): number {
    return this.#read < this.#input.length ? this.#input[this.#read++] : -1;
  }

  /** Compressed bytes follow, of this shape: window in the upper half, length in the lower. False where it is too large. */
  begin(shape: number): boolean {
    this.#windowBits = (shape >> 4) + 4;
    this.#lengthBits = (shape & 15) + 3;
    if (this.#windowBits > WINDOW_BITS_MAX || this.#lengthBits >= this.#windowBits) return false;
    this.#window = new Uint8Array(1 << this.#windowBits);
    return true;
  }

  /** The next byte; −1 when more input is needed. */
  next(): number {
    if (this.#left === 0 && !this.#token()) return -1;
    const window = this.#window;
    const mask = window.length - 1;
    this.#left--;
    if (this.#distance > 0) window[this.#at & mask] = window[(this.#at - this.#distance) & mask];
    return window[this.#at++ & mask];
  }

  /** Reads how the next bytes come about; one that comes as it is lies in the window at once. */
  #token(): boolean {
    const input = this.#input;
    while (this.#bitCount <= 22 && this.#read < input.length) {
      this.#bits = (this.#bits << 8) | input[this.#read++];
      this.#bitCount += 8;
    }
    const isByte = this.#bitCount > 0 && this.#bits >> (this.#bitCount - 1) === 1;
    const rest = this.#bitCount - (isByte ? 9 : 1 + this.#windowBits + this.#lengthBits);
    if (rest < 0) return false;
    const token = this.#bits >> rest;
    this.#bits &= (1 << rest) - 1;
    this.#bitCount = rest;
    this.#left = 1;
    this.#distance = 0;
    if (isByte) this.#window[this.#at & (this.#window.length - 1)] = token;
    else {
      this.#left += token & ((1 << this.#lengthBits) - 1);
      this.#distance = 1 + (token >> this.#lengthBits);
    }
    return true;
  }
}
