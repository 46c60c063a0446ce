/**
 * The bootloader: picks the slot to start. A pending image is started exactly once; unless it confirms, the next
 * start rolls it back. An image that is not whole is never started, and nothing is started that was neither
 * flashed nor set pending: what else lies in a slot may be half a download.
 */

import type { Boot } from '../../../firmware/port/board.js';
import type { Flash, PartitionName } from '../../../firmware/port/flash.js';
import { checkImage, type ImageHeader } from '../../../firmware/store/imageHeader.js';
import { type BootRecord, BootRecords, type Slot } from './bootRecord.js';

/** The image that is to be executed. */
export interface Start {
  slot: Slot;
  state: 'pending' | 'confirmed';
  /** The image, header included: read from the slot once, checked, and executed from this very memory. */
  bytes: Uint8Array;
  header: ImageHeader;
  /** The reason why an image that was pending does not start. */
  rolledBack?: string;
}

/** An image that runs, as far as its Boot port asks. */
export interface Started extends Pick<Start, 'slot' | 'state'> {
  bytes: { readonly length: number; slice(begin: number, end: number): Uint8Array };
}

export type StartChoice = Start | { reason: string };

const partitionOf = { A: 'slotA', B: 'slotB' } as const satisfies Record<Slot, PartitionName>;
const otherThan = { A: 'B', B: 'A' } as const satisfies Record<Slot, Slot>;

/** Runs once at the start of a board. Every step is durable before the next, so the power may fail anywhere. */
export function chooseStart(flash: Flash): StartChoice {
  const records = new BootRecords(flash.open('boot'));
  const record = records.read();
  if (!record) return { reason: 'no boot record: this board was never flashed' };
  const { active, length, pending } = record;
  let rolledBack: string | undefined;
  if (pending?.attempted) {
    rolledBack = 'it did not confirm';
  } else if (pending) {
    const image = loadImage(flash, otherThan[active], pending.length);
    if (!('reason' in image)) {
      // Before it runs: a crash in its first instruction must count as its one start.
      records.write({ active, length, pending: { length: pending.length, attempted: true } });
      return { slot: otherThan[active], state: 'pending', ...image };
    }
    rolledBack = image.reason;
  }
  if (pending) records.write({ active, length });
  const image = loadImage(flash, active, length);
  if ('reason' in image) return { reason: `slot ${active}: ${image.reason}` };
  return { slot: active, state: 'confirmed', ...image, ...(rolledBack && { rolledBack }) };
}

/**
 * The Boot port of an image that was started.
 * @param onRestart ends the process; called at most once
 */
export function bootPort(flash: Flash, start: Started, onRestart: (reason: RestartReason) => void): Boot {
  const records = new BootRecords(flash.open('boot'));
  const running: Boot['running'] = {
    slot: start.slot,
    length: start.bytes.length,
    read: (offset, length) => start.bytes.slice(offset, offset + length),
    state: start.state,
  };
  return {
    running,
    setPending(length) {
      if (running.state !== 'confirmed') throw new Error('the idle slot holds what a roll-back needs');
      const image = loadImage(flash, otherThan[start.slot], length);
      if ('reason' in image) throw new Error(`not to be started: ${image.reason}`);
      records.write({
        active: start.slot,
        length: start.bytes.length,
        pending: { length, attempted: false },
      });
    },
    confirm() {
      if (running.state === 'confirmed') return;
      records.write({ active: start.slot, length: start.bytes.length });
      running.state = 'confirmed';
    },
    restart: onRestart,
  };
}

export type RestartReason = Parameters<Boot['restart']>[0];

/** Makes the image in a slot the one that starts, as a flasher does that writes to the chip directly. */
export function setActive(flash: Flash, slot: Slot, length: number): void {
  const image = loadImage(flash, slot, length);
  if ('reason' in image) throw new Error(`not to be started: ${image.reason}`);
  const record: BootRecord = { active: slot, length };
  new BootRecords(flash.open('boot')).write(record);
}

function loadImage(
  flash: Flash,
  slot: Slot,
  length: number,
): { bytes: Uint8Array; header: ImageHeader } | { reason: string } {
  const partition = flash.open(partitionOf[slot]);
  if (length > partition.size) return { reason: `${length} bytes in a slot of ${partition.size}` };
  const bytes = partition.read(0, length);
  const header = checkImage((offset, count) => bytes.subarray(offset, offset + count), length);
  if (header.verdict !== 'accepted') return { reason: header.evidence };
  if (header.value.length !== length) return { reason: `${header.value.length} bytes long, not ${length}` };
  return { bytes, header: header.value };
}
