/**
 * The journal's layout in flash. The partition has two halves of whole sectors; numbers are big-endian.
 *
 *     half    header 24 | seal 8 | snapshot | frame | frame | … | erased
 *     header  "HFJ1" | sequence 4 | snapshot length 4 | snapshot CRC 4 | half size 4 | CRC of these 4
 *     frame   intent 4 | mark 4 | payload length 4 | CRC 4 | payload
 *
 * Snapshot and payload are entries (entry.ts) one after the other. The half with the greater sequence counts. Intent
 * and mark are *flags*: erased means no, all bits cleared means yes. A power cut leaves bits half-set, which read
 * differently from one time to the next. So each flag has a write of its own, and means that everything written before
 * it is whole; it is cleared again at the next start, which makes it firm. The seal says that the header beside it was
 * whole once. It is a pattern, because an erase that is cut can leave anything, even all bits cleared.
 */
import { readNumber, writeNumber } from '../bytes/bigEndian.js';
import { concat } from '../bytes/concat.js';
import { crc32, crcBegin, crcEnd, crcUpdate } from '../bytes/crc32.js';
import { equal } from '../bytes/equal.js';
import type { Partition } from '../port/flash.js';

export const headerSize = 24;
export const sealOffset = 24;
export const halfHeadSize = 32;

export const markOffset = 4;
export const frameBodyOffset = 8;
export const frameHeadSize = 16;

export const flagSize = 4;
/** Cleared bits, of a flag's 32, from which it is set: so many do not flip at rest. */
export const flagBits = 16;

const sealPattern = [0x9e, 0x37, 0x79, 0xb9, 0x7f, 0x4a, 0x7c, 0x15];
export const sealSize = sealPattern.length;

/** "HFJ1". */
const magic = 0x48464a31;

export interface Header {
  /** The count of snapshots ever taken; each half was erased about half as often. */
  sequence: number;
  snapshotLength: number;
  snapshotCrc: number;
}

export function encodeHeader(header: Header, halfSize: number): Uint8Array {
  const bytes = new Uint8Array(headerSize);
  writeNumber(bytes, 0, 4, magic);
  writeNumber(bytes, 4, 4, header.sequence);
  writeNumber(bytes, 8, 4, header.snapshotLength);
  writeNumber(bytes, 12, 4, header.snapshotCrc);
  writeNumber(bytes, 16, 4, halfSize);
  writeNumber(bytes, 20, 4, crc32(bytes.subarray(0, 20)));
  return bytes;
}

/** Reads a header; undefined unless it is whole and was written for halves of this size. */
export function decodeHeader(bytes: Uint8Array, halfSize: number): Header | undefined {
  const header = {
    sequence: readNumber(bytes, 4, 4)!,
    snapshotLength: readNumber(bytes, 8, 4)!,
    snapshotCrc: readNumber(bytes, 12, 4)!,
  };
  if (!equal(bytes, encodeHeader(header, halfSize))) return undefined;
  return header.snapshotLength <= halfSize - halfHeadSize ? header : undefined;
}

/**
 * The begun checksum of a frame. It covers the frame's place in the journal's life too, so that no frame counts
 * anywhere else. `offset` is absolute.
 */
export function frameCrc(sequence: number, offset: number, length: number): number {
  const place = new Uint8Array(12);
  writeNumber(place, 0, 4, sequence);
  writeNumber(place, 4, 4, offset);
  writeNumber(place, 8, 4, length);
  return crcUpdate(crcBegin, place);
}

/** The part of a frame behind its two flags: length, checksum and payload. */
export function encodeFrameBody(sequence: number, offset: number, payload: Uint8Array): Uint8Array {
  const head = new Uint8Array(frameHeadSize - frameBodyOffset);
  writeNumber(head, 0, 4, payload.length);
  writeNumber(head, 4, 4, crcEnd(crcUpdate(frameCrc(sequence, offset, payload.length), payload)));
  return concat(head, payload);
}

export function encodeSeal(): Uint8Array {
  return Uint8Array.from(sealPattern);
}

/** True for a seal, even with bits flipped: up to 8. Chance makes one in less than 1 of 10^9 cases. */
export function isSeal(bytes: Uint8Array): boolean {
  return clearedBits(bytes.map((byte, i) => ~(byte ^ sealPattern[i]))) <= 8;
}

/** The count of bits that are no longer as erasing left them. */
export function clearedBits(bytes: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++)
    for (let rest = ~bytes[i] & 0xff; rest !== 0; rest &= rest - 1) count++;
  return count;
}

const chunk = 512;

/** The same for a range of the partition; stops counting at `limit`. */
export function clearedBitsIn(partition: Partition, from: number, to: number, limit: number): number {
  let count = 0;
  for (let at = from; at < to && count < limit; at += chunk) {
    count += clearedBits(partition.read(at, Math.min(chunk, to - at)));
  }
  return count;
}

/** Clears all bits of a range; power may fail meanwhile, and the next start clears them again. */
export function clear(partition: Partition, offset: number, length: number): void {
  partition.write(offset, new Uint8Array(length));
}

/**
 * Writes bytes again that were written before, so that half-set bits become firm. Bytes in which bits have flipped are
 * left alone: no write mends them.
 */
export function affirm(partition: Partition, offset: number, bytes: Uint8Array): void {
  const before = partition.read(offset, bytes.length);
  if (bytes.every((byte, i) => (byte & before[i]) === byte)) partition.write(offset, bytes);
}

/** Sets a flag; false on flash so worn that the flag could be mistaken for one that is not set. */
export function setFlag(partition: Partition, offset: number): boolean {
  clear(partition, offset, flagSize);
  return clearedBits(partition.read(offset, flagSize)) >= flagBits;
}

/** Writes and reads back; false on flash that no longer takes what is written to it. */
export function writeChecked(partition: Partition, offset: number, bytes: Uint8Array): boolean {
  partition.write(offset, bytes);
  return equal(partition.read(offset, bytes.length), bytes);
}
