/** Both slots as one number of the signed status, so that no board can run another image than before unseen. */

import type { Boot, Running, SlotMark } from '../port/board.js';
import type { Partition } from '../port/flash.js';
import { headerLength, parseHeader } from '../store/imageHeader.js';

const RUNNING: readonly Running['state'][] = ['confirmed', 'pending', 'recovery'];
const MARKS: readonly SlotMark[] = ['none', 'new', 'tried', 'confirmed', 'failed'];

/** Both slots, as a status shows them. */
export interface Slots {
  running: Running['state'];
  /** Of the other slot; `version` is that of its header, 0 for none, a download's once that has begun. */
  idle: SlotMark;
  version: number;
}

/** The number: the version in the other slot × 16 + the place of its mark × 3 + that of the running image's state. */
export function slotsNumber({ idle = 'none', running }: Boot, idleSlot: Partition): number {
  const header = parseHeader(idleSlot.read(0, headerLength));
  const version = header.verdict === 'accepted' ? header.value.version : 0;
  return version * 16 + MARKS.indexOf(idle) * 3 + RUNNING.indexOf(running.state);
}

/** Reads the number. */
export function readSlots(slots: number): Slots {
  const low = slots % 16;
  return {
    running: RUNNING[low % 3],
    idle: MARKS[Math.floor(low / 3)] ?? 'none',
    version: Math.floor(slots / 16),
  };
}
