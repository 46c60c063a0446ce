/**
 * The platform's side of crash records (firmware/store/crashRecord.ts), as boards of Node keep them; other boards have the
 * same in C (firmware/esp32/native/crashRecord.c), and a test holds both to the same bytes.
 */
import { writeNumber } from '../../../firmware/bytes/bigEndian.js';
import { crc32 } from '../../../firmware/bytes/crc32.js';
import { equal } from '../../../firmware/bytes/equal.js';
import { CRASH_REASONS, type CrashReason } from '../../../firmware/port/crash.js';
import type { Partition } from '../../../firmware/port/flash.js';
import {
  CRASH_HEAD_BYTES,
  type CrashRecord,
  crashPlaces,
  PLACE_BYTES,
  REPEATED,
  readCrash,
  writeMark,
  wrote,
} from '../../../firmware/store/crashRecord.js';
import { crashText } from './crashText.js';

/** A run that ended by a fault. */
export interface Crash {
  reason: CrashReason;
  /** 32 bytes: SHA-256 of the image that ran. */
  imageHash: Uint8Array;
  /** Seconds. */
  uptime: number;
  /** The message and its stack, in the engine's words. */
  description: string;
}

/** Blocks of an encrypted flash, of which each is written once. */
const BLOCK_BYTES = 16;

/**
 * Keeps a crash, durable on return: as a mark where the newest record is of the same, else as a record of its own. A
 * crash that has no room in the newest record is not kept before that is published.
 */
export function keepCrash(partition: Partition, { description, imageHash, reason, uptime }: Crash): void {
  const places = crashPlaces(partition);
  const newest = newestCrash(partition, places);
  const same = { reason: CRASH_REASONS.indexOf(reason), imageHash, text: crashText(description) };
  if (newest && isSame(newest.record, same)) {
    const { count, number, told } = newest.record;
    if (writeMark(partition, newest.place, REPEATED, number, count + 1)) return;
    if (told < count) return;
  }
  const number = newest ? newest.record.number + newest.record.count : 1;
  const bytes = encodeCrash({ ...same, number, uptime });
  let place = newest ? newest.place : places - 1;
  for (let tries = 0; tries < places; tries++) {
    place = (place + 1) % places;
    const at = place * PLACE_BYTES;
    if (at % partition.sectorSize === 0) partition.erase(at);
    if (wrote(partition, at, bytes)) return;
  }
}

const isSame = (record: CrashRecord, other: Pick<CrashRecord, 'reason' | 'imageHash' | 'text'>): boolean =>
  record.reason === other.reason &&
  equal(record.imageHash, other.imageHash) &&
  equal(record.text, other.text);

function newestCrash(partition: Partition, places: number) {
  let newest: { place: number; record: CrashRecord } | undefined;
  for (let place = 0; place < places; place++) {
    const record = readCrash(partition, place);
    if (record && (!newest || record.number > newest.record.number)) newest = { place, record };
  }
  return newest;
}

function encodeCrash(crash: Omit<CrashRecord, 'count' | 'told'>): Uint8Array {
  const length = CRASH_HEAD_BYTES + crash.text.length;
  const bytes = new Uint8Array(Math.ceil(length / BLOCK_BYTES) * BLOCK_BYTES).fill(0xff);
  writeNumber(bytes, 0, 4, 0x48464352);
  writeNumber(bytes, 8, 4, crash.number);
  writeNumber(bytes, 12, 4, Math.min(Math.floor(crash.uptime), 0xffff_ffff));
  bytes[16] = crash.reason;
  bytes[17] = 1;
  writeNumber(bytes, 18, 2, crash.text.length);
  bytes.set(crash.imageHash, 20);
  bytes.set(crash.text, CRASH_HEAD_BYTES);
  writeNumber(bytes, 4, 4, crc32(bytes.subarray(8, length)));
  return bytes;
}
