/**
 * The bootloader: starts the slot that decideBoot (firmware/update) names. A pending image is started exactly once; unless
 * it confirms, the next start rolls it back. An image that is not whole is never started, and nothing is started that was
 * neither flashed nor set pending: what else lies in a slot may be half a download.
 */

import { readNumber } from '../../../firmware/bytes/bigEndian.js';
import type { Boot, SlotMark } from '../../../firmware/port/board.js';
import type { Flash, PartitionName } from '../../../firmware/port/flash.js';
import { checkImage, headerLength, type ImageHeader } from '../../../firmware/store/imageHeader.js';
import { type BootDecision, decideBoot } from '../../../firmware/update/bootDecision.js';
import { type BootRecord, BootRecords, type OtherSlot, type Slot } from './bootRecord.js';

/** The image that is to be executed. */
export interface Start {
  slot: Slot;
  state: Boot['running']['state'];
  idle: SlotMark;
  /** The image, header included: read from the slot once, checked, and executed from this very memory. */
  bytes: Uint8Array;
  header: ImageHeader;
  /** The reason why another image does not start: one that was pending, or the active one. */
  rolledBack?: string;
}

/** An image that runs, as far as its Boot port asks. */
export interface Started extends Pick<Start, 'slot' | 'state' | 'idle'> {
  bytes: { readonly length: number; slice(begin: number, end: number): Uint8Array };
}

export type StartChoice = Start | { reason: string };

const partitionOf = { A: 'slotA', B: 'slotB' } as const satisfies Record<Slot, PartitionName>;
const otherThan = { A: 'B', B: 'A' } as const satisfies Record<Slot, Slot>;

/**
 * Runs once at the start of a board. Every step is durable before the next, so the power may fail anywhere.
 * @param failures resets in a row by fault or watchdog, as decideBoot counts them
 */
export function chooseStart(flash: Flash, failures = 0): StartChoice {
  const records = new BootRecords(flash.open('boot'));
  const record = records.read();
  if (!record) return { reason: 'no boot record: this board was never flashed' };
  const slots = new BothSlots(flash, record);
  const decision = decideBoot({
    ...{ mark: record.other?.mark ?? 'none', failures },
    get active() {
      return !('reason' in slots.active);
    },
    get other() {
      return !('reason' in slots.other);
    },
  });
  const next = slots.recordAfter(decision);
  // Before it runs: a crash in the first instruction of a new image must count as its one start.
  if (next.active !== record.active || next.other?.mark !== record.other?.mark) records.write(() => next);
  if (decision.start === 'nothing') {
    return { reason: `slot ${record.active}: ${(slots.active as { reason: string }).reason}` };
  }
  const isActive = decision.start === 'active';
  const rolledBack = slots.whyBack(decision);
  return {
    slot: isActive ? record.active : otherThan[record.active],
    state: decision.as,
    idle: decision.as === 'pending' ? 'confirmed' : idleOf(flash, next),
    ...((isActive ? slots.active : slots.other) as Loaded),
    ...(rolledBack !== undefined && { rolledBack }),
  };
}

/** The images of both slots, each read once, and only if somebody asks. */
class BothSlots {
  readonly #flash: Flash;
  readonly #record: BootRecord;
  #active: Loaded | { reason: string } | undefined;
  #other: Loaded | { reason: string } | undefined;

  constructor(flash: Flash, record: BootRecord) {
    this.#flash = flash;
    this.#record = record;
  }

  get active(): Loaded | { reason: string } {
    this.#active ??= loadImage(this.#flash, this.#record.active, this.#record.length);
    return this.#active;
  }

  /** The image that the mark of the other slot is about. */
  get other(): Loaded | { reason: string } {
    this.#other ??= this.#loadOther();
    return this.#other;
  }

  #loadOther(): Loaded | { reason: string } {
    const { active, other } = this.#record;
    if (!other) return { reason: 'nothing was set to start' };
    const image = loadImage(this.#flash, otherThan[active], other.length);
    if ('reason' in image || other.checksum === 0) return image;
    return headerChecksum(image.bytes) === other.checksum ? image : { reason: 'another image than before' };
  }

  recordAfter({ mark, swaps }: BootDecision): BootRecord {
    const { active, length, other } = this.#record;
    if (swaps && other) {
      const left: BootRecord = { active: otherThan[active], length: other.length };
      if (mark === 'none') return left;
      const { bytes } = this.active as Loaded;
      return { ...left, other: { mark, length, checksum: headerChecksum(bytes) } };
    }
    return mark === 'none' || !other ? { active, length } : { active, length, other: { ...other, mark } };
  }

  /** The reason, where another image than the one that runs was to run. */
  whyBack({ start, swaps }: BootDecision): string | undefined {
    const { mark } = this.#record.other ?? {};
    if (swaps) return 'reason' in this.active ? this.active.reason : 'it failed again and again';
    if (start !== 'active') return undefined;
    if (mark === 'tried') return 'it did not confirm';
    return mark === 'new' ? (this.other as { reason: string }).reason : undefined;
  }
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
    idle: start.idle,
    setPending(length) {
      if (running.state === 'pending') throw new Error('the idle slot holds what a roll-back needs');
      const image = loadImage(flash, otherThan[start.slot], length);
      if ('reason' in image) throw new Error(`not to be started: ${image.reason}`);
      const other = { mark: 'new', length, checksum: 0 } as const;
      records.write(() => ({ active: start.slot, length: start.bytes.length, other }));
    },
    confirm() {
      if (running.state !== 'pending') return;
      records.write(before => ({
        active: start.slot,
        length: start.bytes.length,
        ...(before && before.active !== start.slot && { other: confirmedBefore(flash, before) }),
      }));
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
  new BootRecords(flash.open('boot')).write(() => record);
}

/** The image that ran until now, as the other slot's from now on. */
function confirmedBefore(flash: Flash, { active, length }: BootRecord): OtherSlot {
  const header = flash.open(partitionOf[active]).read(0, headerLength);
  return { mark: 'confirmed', length, checksum: headerChecksum(header) };
}

/** The mark of the slot that does not run, unless a download lies over what it is about. */
function idleOf(flash: Flash, { active, other }: BootRecord): SlotMark {
  if (!other) return 'none';
  const header = flash.open(partitionOf[otherThan[active]]).read(0, headerLength);
  return headerChecksum(header) === other.checksum ? other.mark : 'none';
}

/** The checksum in an image's header. */
const headerChecksum = (image: Uint8Array): number => readNumber(image, headerLength - 4, 4)!;

interface Loaded {
  bytes: Uint8Array;
  header: ImageHeader;
}

function loadImage(flash: Flash, slot: Slot, length: number): Loaded | { reason: string } {
  const partition = flash.open(partitionOf[slot]);
  if (length > partition.size) return { reason: `${length} bytes in a slot of ${partition.size}` };
  const bytes = partition.read(0, length);
  const header = checkImage((offset, count) => bytes.subarray(offset, offset + count), length);
  if (header.verdict !== 'accepted') return { reason: header.evidence };
  if (header.value.length !== length) return { reason: `${header.value.length} bytes long, not ${length}` };
  return { bytes, header: header.value };
}
