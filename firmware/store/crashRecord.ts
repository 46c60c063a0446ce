/**
 * The records of runs that ended by a fault, as they lie in the partition `crash`: a ring of places, the newest record
 * behind the one before it. The same crash once more is a mark in its record, and so is what was published of it, so
 * that a board which crashes at every start wears hardly any flash. An encrypted flash takes no second write between two
 * erasures: every block of 16 bytes is written once, and what is not there reads as anything.
 *
 *  offset  length
 *       0       4  magic "HFCR"
 *       4       4  CRC-32 of all that follows, text included
 *       8       4  number of the first crash that it stands for, 1 or more
 *      12       4  seconds that the run had lasted
 *      16       1  reason (port/crash.ts)
 *      17       1  version of this format: 1
 *      18       2  bytes of the text
 *      20      32  SHA-256 of the image that ran
 *      52   0–560  text, ASCII: the message, then a frame a line
 *     704   9 × 16 marks: it came so often by now
 *     864  10 × 16 marks: so many of them are published
 *
 *    mark  "HFCM" | number 4 | count 4 | CRC-32 of these 12
 *
 * Numbers are unsigned and big-endian. Torn or worn, a record or a mark is none, and those before it stand.
 */
import { readNumber, writeNumber } from '../bytes/bigEndian.js';
import { crc32 } from '../bytes/crc32.js';
import { equal } from '../bytes/equal.js';
import type { Partition } from '../port/flash.js';

/** Bytes of a place, and places that are used of a partition however large. */
export const PLACE_BYTES = 1024;
export const PLACES_MAX = 64;
/** Bytes of a text. */
export const CRASH_TEXT_BYTES_MAX = 560;
/** Bytes before the text. */
export const CRASH_HEAD_BYTES = 52;
/** Marks of each kind, and where they begin in a place. */
export const REPEATED = { at: 704, marks: 9 };
export const TOLD = { at: 864, marks: 10 };

const magic = 0x48464352;
const markMagic = 0x4846434d;
const MARK_BYTES = 16;

/** A crash, or the same one some times in a row. */
export interface CrashRecord {
  /** Of the first; those that follow it have the next numbers. */
  number: number;
  count: number;
  /** Of them, those that are published. */
  told: number;
  /** The place of its reason in CRASH_REASONS. */
  reason: number;
  /** Seconds. */
  uptime: number;
  /** 32 bytes: SHA-256 of the image that ran. */
  imageHash: Uint8Array;
  /** ASCII. */
  text: Uint8Array;
}

/** The places of a partition; 0 where the partition table is an old one. */
export const crashPlaces = ({ size }: Partition): number =>
  Math.min(PLACES_MAX, Math.floor(size / PLACE_BYTES));

/** The record in a place; undefined when there is none. */
export function readCrash(partition: Partition, place: number): CrashRecord | undefined {
  const at = place * PLACE_BYTES;
  const head = partition.read(at, CRASH_HEAD_BYTES);
  const length = readNumber(head, 18, 2)!;
  if (readNumber(head, 0, 4) !== magic || head[17] !== 1 || length > CRASH_TEXT_BYTES_MAX) return undefined;
  const bytes = partition.read(at, CRASH_HEAD_BYTES + length);
  if (crc32(bytes.subarray(8)) !== readNumber(bytes, 4, 4)) return undefined;
  const number = readNumber(bytes, 8, 4)!;
  const marks = partition.read(at + REPEATED.at, PLACE_BYTES - REPEATED.at);
  const count = highest(marks, REPEATED, number, 1);
  return {
    number,
    count,
    // Without room for another mark it has to be enough.
    told: isMark(marks, marks.length - MARK_BYTES, number) ? count : highest(marks, TOLD, number, 0),
    reason: bytes[16],
    uptime: readNumber(bytes, 12, 4)!,
    imageHash: bytes.slice(20, CRASH_HEAD_BYTES),
    text: bytes.slice(CRASH_HEAD_BYTES),
  };
}

/** The oldest record of which something is not published yet, and its place. */
export function untoldCrash(partition: Partition): { place: number; record: CrashRecord } | undefined {
  let found: { place: number; record: CrashRecord } | undefined;
  for (let place = crashPlaces(partition) - 1; place >= 0; place--) {
    const record = readCrash(partition, place);
    if (!record || record.told >= record.count) continue;
    if (!found || record.number < found.record.number) found = { place, record };
  }
  return found;
}

/** Marks a record as published, durable on return; false on flash that takes no mark. */
export const tellCrash = (partition: Partition, place: number, { count, number }: CrashRecord): boolean =>
  writeMark(partition, place, TOLD, number, count);

/** Writes the first mark of a kind that can be written; false when there is none. */
export function writeMark(
  partition: Partition,
  place: number,
  { at, marks }: typeof TOLD,
  number: number,
  count: number,
): boolean {
  const mark = encodeMark(number, count);
  for (let i = 0; i < marks; i++) {
    const from = place * PLACE_BYTES + at + i * MARK_BYTES;
    if (!isMark(partition.read(from, MARK_BYTES), 0, number) && wrote(partition, from, mark)) return true;
  }
  return false;
}

/** Writes and reads back; false where the flash held something else, or does not take it. */
export function wrote(partition: Partition, at: number, bytes: Uint8Array): boolean {
  try {
    partition.write(at, bytes);
    return equal(partition.read(at, bytes.length), bytes);
  } catch {
    return false;
  }
}

function encodeMark(number: number, count: number): Uint8Array {
  const mark = new Uint8Array(MARK_BYTES);
  writeNumber(mark, 0, 4, markMagic);
  writeNumber(mark, 4, 4, number);
  writeNumber(mark, 8, 4, count);
  writeNumber(mark, 12, 4, crc32(mark.subarray(0, 12)));
  return mark;
}

/** @param at where it would begin in `marks` */
const isMark = (marks: Uint8Array, at: number, number: number): boolean =>
  equal(marks.subarray(at, at + MARK_BYTES), encodeMark(number, readNumber(marks, at + 8, 4)!));

/** The greatest count among the marks of a kind; `marks` are those of both. */
function highest(marks: Uint8Array, kind: typeof TOLD, number: number, least: number): number {
  let most = least;
  for (let i = 0; i < kind.marks; i++) {
    const at = kind.at - REPEATED.at + i * MARK_BYTES;
    if (isMark(marks, at, number)) most = Math.max(most, readNumber(marks, at + 8, 4)!);
  }
  return most;
}
