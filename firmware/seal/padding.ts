/** Padding: every message that is sealed gets one of three sizes, so that its length tells next to nothing. */

import { numberToBytes, readNumber } from '../bytes/bigEndian.js';
import { concat } from '../bytes/concat.js';

/**
 * The sizes that a sealed message has as it travels, in bytes. Every envelope fits into the first one unless it
 * brings the proof of a batch, and so does every receipt with its result and every question to a prover.
 */
export const SEALED_SIZES: readonly number[] = [1024, 2048, 4096];
export const SEALED_BYTES_MAX = 4096;

const LENGTH_BYTES = 2;

/** `bytes` with their length before them and zeros behind, so long that `overhead` more bytes make a sealed size. */
export function pad(bytes: Uint8Array, overhead: number): Uint8Array {
  const whole = LENGTH_BYTES + bytes.length + overhead;
  const size = SEALED_SIZES.find(candidate => candidate >= whole);
  if (size === undefined) throw new RangeError(`${bytes.length} bytes are too long to be sealed`);
  return concat(numberToBytes(bytes.length, LENGTH_BYTES), bytes, new Uint8Array(size - whole));
}

/** The bytes that were padded; undefined when nobody padded so. */
export function unpad(padded: Uint8Array): Uint8Array | undefined {
  const length = readNumber(padded, 0, LENGTH_BYTES);
  if (length === undefined || length > padded.length - LENGTH_BYTES) return undefined;
  return padded.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
}
