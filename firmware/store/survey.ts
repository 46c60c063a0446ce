/**
 * The reading of a journal's partition as the last run left it, wherever its power failed. Nothing is changed. The
 * order of writes in journal.ts decides what each trace can mean; the reasons stand here.
 */
import { readNumber } from '../bytes/bigEndian.js';
import { crcBegin, crcEnd } from '../bytes/crc32.js';
import type { Partition } from '../port/flash.js';
import { EntryIndex } from './entry.js';
import {
  clearedBits,
  clearedBitsIn,
  decodeHeader,
  flagBits,
  frameBodyOffset,
  frameCrc,
  frameHeadSize,
  type Header,
  halfHeadSize,
  headerSize,
  isSeal,
  markOffset,
  sealOffset,
  sealSize,
} from './layout.js';

/** The half that counts, and its header. */
export interface Current {
  half: 0 | 1;
  header: Header;
}

export type Survey =
  /** Nothing was ever stored. `torn`: power failed while the very first batch was being stored. */
  | { found: 'blank'; torn: boolean }
  /** Something was stored and cannot be read any more. `current` is the half that should have held it. */
  | { found: 'lost'; current: Current | undefined }
  | { found: 'restored'; current: Current; index: EntryIndex; log: Log };

/** The frames after the snapshot. */
interface Log {
  /** Absolute offset at which the next frame may begin. */
  tail: number;
  /** The newest frame that counts. */
  last: number | undefined;
  /** No more frames may be written here: what a torn one left beyond `tail` may be half-set. */
  spoiled: boolean;
}

function findCurrent(partition: Partition, halfSize: number): Current | undefined {
  const first = decodeHeader(partition.read(0, headerSize), halfSize);
  const second = decodeHeader(partition.read(halfSize, headerSize), halfSize);
  // Both are whole when power failed between the commit of one and the retirement of the other.
  if (second !== undefined && (first === undefined || second.sequence > first.sequence)) {
    return { half: 1, header: second };
  }
  return first === undefined ? undefined : { half: 0, header: first };
}

/**
 * The survey when no header is whole: was there ever one? The first snapshot goes to half 0. The seal is written with
 * its header, and nothing is written to half 1 before that. Everything later left one of these traces.
 */
function surveyWithoutHeader(partition: Partition, halfSize: number): Survey {
  const sealed = isSeal(partition.read(sealOffset, sealSize));
  const beyond = clearedBitsIn(partition, halfSize, 2 * halfSize, flagBits) >= flagBits;
  if (sealed || beyond) return { found: 'lost', current: undefined };
  return { found: 'blank', torn: clearedBitsIn(partition, 0, halfSize, 1) > 0 };
}

/**
 * Reads snapshot and frames into `index`; undefined when the snapshot, or a frame that was once whole, cannot be read.
 */
function surveyLog(partition: Partition, current: Current, index: EntryIndex): Log | undefined {
  const halfSize = partition.size / 2;
  const base = current.half * halfSize;
  const end = base + halfSize;
  const { sequence, snapshotLength, snapshotCrc } = current.header;
  let tail = base + halfHeadSize + snapshotLength;
  let last: number | undefined;
  const snapshot = index.load(partition, base + halfHeadSize, tail, crcBegin);
  if (snapshot === undefined || crcEnd(snapshot) !== snapshotCrc) return undefined;

  while (tail + frameHeadSize <= end) {
    const head = partition.read(tail, frameHeadSize);
    const intent = clearedBits(head.subarray(0, markOffset));
    if (intent < flagBits) {
      // No frame was begun. A few cleared bits are a torn intent, which the next frame makes whole, or flipped at
      // rest, which reading that frame back finds if it matters; many are frames that lost their beginning.
      const beyond = clearedBitsIn(partition, tail + markOffset, end, flagBits);
      return beyond < flagBits ? { tail, last, spoiled: false } : undefined;
    }
    // Without any bit of its mark the frame was never complete, and nothing was written after it.
    if (clearedBits(head.subarray(markOffset, frameBodyOffset)) === 0) return { tail, last, spoiled: true };
    const length = readNumber(head, 8, 4)!;
    const payload = tail + frameHeadSize;
    if (payload + length > end) return undefined;
    const crc = index.load(partition, payload, payload + length, frameCrc(sequence, tail, length));
    if (crc === undefined || crcEnd(crc) !== readNumber(head, 12, 4)) return undefined;
    last = tail;
    tail = payload + length;
  }
  return { tail, last, spoiled: false };
}

function surveyOnce(partition: Partition): Survey {
  const current = findCurrent(partition, partition.size / 2);
  if (current === undefined) return surveyWithoutHeader(partition, partition.size / 2);
  const index = new EntryIndex();
  const log = surveyLog(partition, current, index);
  return log === undefined ? { found: 'lost', current } : { found: 'restored', current, index, log };
}

/** The survey of a partition. It takes three readings to say `lost`, which is for ever: a bus may stutter once. */
export function survey(partition: Partition): Survey {
  let found = surveyOnce(partition);
  for (let again = 0; again < 2 && found.found === 'lost'; again++) found = surveyOnce(partition);
  return found;
}
