/**
 * The two slots of app images, and the record that says which of them starts: the bootloader of the app line. It decides as
 * that of images does (bootDecision.ts), over a record that the board keeps beside its identity.
 */

import { equal } from '../bytes/equal.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import { encodeText } from '../bytes/text.js';
import type { Boot, Running, SlotMark } from '../port/board.js';
import type { Crypto } from '../port/crypto.js';
import type { Flash, Partition } from '../port/flash.js';
import { headerLength, parseHeader } from '../store/imageHeader.js';
import { decideBoot } from './bootDecision.js';

type Slot = 'A' | 'B';

/** An app image by its record: bytes with its header, version, and SHA-256 of all of it. */
interface AppImage {
  length: number;
  version: number;
  sha256: Uint8Array;
}

interface AppRecord {
  active: Slot | undefined;
  /** Of the slot that is not active. */
  mark: SlotMark;
  images: Readonly<Record<Slot, AppImage>>;
}

const RECORD_BYTES_MAX = 256;
const SLOTS: readonly (Slot | undefined)[] = [undefined, 'A', 'B'];
const MARKS: readonly SlotMark[] = ['none', 'new', 'tried', 'confirmed', 'failed'];

const noImage = (): AppImage => ({ length: 0, version: 0, sha256: new Uint8Array(32) });
const otherThan = (slot: Slot | undefined): Slot => (slot === 'A' ? 'B' : 'A');

function encodeAppRecord({ active, images, mark }: AppRecord): Uint8Array {
  const fields = [images.A, images.B].map(({ length, sha256, version }) => [length, version, sha256]);
  return encodeRecord([SLOTS.indexOf(active), MARKS.indexOf(mark), ...fields]);
}

/** Reads what `encodeAppRecord` gave; for no bytes and for any others, that there is no app image. */
function parseAppRecord(bytes: Uint8Array | undefined): AppRecord {
  const reader = new RecordReader(bytes ?? new Uint8Array(0), RECORD_BYTES_MAX);
  const [active, mark] = [SLOTS[reader.number(2)], MARKS[reader.number(4)]];
  const image = (fields: RecordReader): AppImage => ({
    length: fields.number(),
    version: fields.number(),
    sha256: fields.fixed(32),
  });
  const record: AppRecord = { active, mark, images: { A: image(reader.list()), B: image(reader.list()) } };
  return reader.end() ? record : { active: undefined, mark: 'none', images: { A: noImage(), B: noImage() } };
}

/** The id (32 bytes) in the place of a hardware id of all apps for that hardware: the first interface of apps. */
export function appInterface(crypto: Pick<Crypto, 'sha256'>, hardware: Uint8Array): Uint8Array {
  const hash = crypto.sha256();
  hash.update(encodeText('holdfast app 1'));
  hash.update(hardware);
  return hash.digest();
}

/** The flash of the slots and of their record, and the way out. */
export interface AppSlotsOptions {
  crypto: Crypto;
  flash: Flash;
  /** 32 bytes: `appInterface` of the board's hardware. */
  hardware: Uint8Array;
  /** The record; what is put is durable on return. */
  store: { get(): Uint8Array | undefined; put(record: Uint8Array): void };
  /** True: no app image starts, and what is on trial stays it. */
  inRecovery: boolean;
  /** Ends this run of the board. */
  restart(): void;
}

/** The Boot port of the app line. The choice is durable before this returns, so that a start counts as one of a trial. */
export class AppSlots implements Boot {
  readonly running: Running;
  /** True where an app image is chosen to run; else the app runs that is built into the image. */
  readonly runs: boolean;
  #bytes: Uint8Array | undefined;
  readonly #options: AppSlotsOptions;
  #record: AppRecord;

  constructor(options: AppSlotsOptions) {
    this.#options = options;
    this.#record = parseAppRecord(options.store.get());
    const chosen = options.inRecovery ? undefined : this.#choose();
    this.runs = chosen !== undefined;
    this.#bytes = chosen?.bytes;
    const slot = chosen?.slot ?? this.#record.active ?? 'B';
    this.running = {
      slot,
      length: chosen?.bytes.length ?? 0,
      read: (offset, length) => this.#open(slot).read(offset, length),
      state: chosen?.isPending ? 'pending' : options.inRecovery ? 'recovery' : 'confirmed',
    };
  }

  /** The app image that runs, by the record; of the built-in app, version 0 and zeros. */
  get image(): { version: number; sha256: Uint8Array } {
    return this.runs ? this.#record.images[this.running.slot] : noImage();
  }

  /** The bytes of the app image that runs, header included, as they were read and hashed; once, since they are large. */
  takeBytes(): Uint8Array | undefined {
    const bytes = this.#bytes;
    this.#bytes = undefined;
    return bytes;
  }

  /** The slot that does not run. */
  get idleSlot(): Partition {
    return this.#open(otherThan(this.running.slot));
  }

  get idle(): SlotMark {
    return this.#record.mark;
  }

  /** True where an app image was ever set to start. */
  get isUsed(): boolean {
    return this.#options.store.get() !== undefined;
  }

  setPending(length: number): void {
    if (this.running.state === 'pending') throw new Error('the idle slot holds what a roll-back needs');
    const slot = otherThan(this.#record.active);
    const bytes = this.#open(slot).read(0, length);
    const version = this.#versionOf(bytes);
    if (version === undefined) throw new Error('not to be started: no whole app image for this board');
    const sha256 = this.#hash(bytes);
    const images = { ...this.#record.images, [slot]: { length, version, sha256 } };
    this.#keep({ ...this.#record, mark: 'new', images });
  }

  confirm(): void {
    if (this.running.state !== 'pending') return;
    const mark = this.#record.active ? 'confirmed' : 'none';
    this.#keep({ ...this.#record, active: this.running.slot, mark });
    this.running.state = 'confirmed';
  }

  /** The image stays as it is: nothing but the app may be on trial. */
  restart(): void {
    this.#options.restart();
  }

  #choose(): { slot: Slot; bytes: Uint8Array; isPending: boolean } | undefined {
    const { active, mark } = this.#record;
    const other = otherThan(active);
    const found = new Map<Slot, Uint8Array | undefined>();
    const whole = (slot: Slot) => {
      if (!found.has(slot)) found.set(slot, this.#whole(slot));
      return found.get(slot);
    };
    const decision = decideBoot({
      ...{ mark, failures: 0 },
      get active() {
        return active !== undefined && whole(active) !== undefined;
      },
      get other() {
        return whole(other) !== undefined;
      },
    });
    if (decision.swaps || decision.mark !== mark)
      this.#keep({ ...this.#record, active: decision.swaps ? other : active, mark: decision.mark });
    if (decision.start === 'nothing') return undefined;
    const slot = decision.start === 'other' ? other : active!;
    return { slot, bytes: whole(slot)!, isPending: decision.as === 'pending' };
  }

  /** The image in the slot, if it is the one of the record. */
  #whole(slot: Slot): Uint8Array | undefined {
    const { length, sha256, version } = this.#record.images[slot];
    const partition = this.#open(slot);
    if (length === 0 || length > partition.size) return undefined;
    const bytes = partition.read(0, length);
    return this.#versionOf(bytes) === version && equal(this.#hash(bytes), sha256) ? bytes : undefined;
  }

  /** The version in the header of an image for this board's apps. */
  #versionOf(bytes: Uint8Array): number | undefined {
    const header = parseHeader(bytes.subarray(0, headerLength));
    if (header.verdict !== 'accepted' || header.value.length !== bytes.length) return undefined;
    return equal(header.value.hardware, this.#options.hardware) ? header.value.version : undefined;
  }

  #hash(bytes: Uint8Array): Uint8Array {
    const hash = this.#options.crypto.sha256();
    hash.update(bytes);
    return hash.digest();
  }

  #open(slot: Slot): Partition {
    return this.#options.flash.open(slot === 'A' ? 'appA' : 'appB');
  }

  #keep(record: AppRecord): void {
    this.#options.store.put(encodeAppRecord(record));
    this.#record = record;
  }
}
