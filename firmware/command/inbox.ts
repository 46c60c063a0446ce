/** Envelopes that wait for their turn, in a fixed room: what does not fit is dropped, never waited for. */

import { equal } from '../bytes/equal.js';

/** The greatest number of envelopes that wait for their turn in one room, and of their bytes. */
export interface InboxLimits {
  envelopesMax: number;
  bytesMax: number;
}

/** The room of direct envelopes: all of the queue's places, or one of the longest. */
export const DIRECT_INBOX: InboxLimits = { envelopesMax: 8, bytesMax: 4096 };
/** The room of the others: one of the longest, with the proof of its batch. */
export const UNQUEUED_INBOX: InboxLimits = { envelopesMax: 4, bytesMax: 4096 };
/** Bytes of the shortest envelope there may be, with an empty action. */
const SHORTEST_BYTES = 128;

/** A delivery that was opened, and is read again when its turn comes: parsed it would take a multiple of its bytes. */
export interface Arrived {
  /** 32 bytes: the envelope's. */
  hash: Uint8Array;
  bytes: Uint8Array;
}

/** The room; one place beyond it is kept for an envelope that a walked link names. */
export class Inbox {
  readonly #limits: InboxLimits;
  #arrived: Arrived[] = [];
  /** Hash of the envelope in the kept place, if it is taken. */
  #named: Uint8Array | undefined;

  constructor(limits: InboxLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#arrived.length;
  }

  /** True when no envelope finds room but one that a walked link names. */
  get isFull(): boolean {
    const { bytesMax, envelopesMax } = this.#limits;
    const others = this.#others;
    return others.length >= envelopesMax || bytesOf(others) + SHORTEST_BYTES > bytesMax;
  }

  /** True for an envelope that is in the room, from before or from now on; false when there is no room for it. */
  add(arrived: Arrived, isNamed: boolean): boolean {
    if (this.#arrived.some(other => equal(other.hash, arrived.hash))) return true;
    const others = this.#others;
    const { bytesMax, envelopesMax } = this.#limits;
    const hasRoom = others.length < envelopesMax && bytesOf(others) + arrived.bytes.length <= bytesMax;
    if (!hasRoom && (!isNamed || this.#named)) return false;
    // A copy: what came sealed is a part of something longer.
    const kept = { ...arrived, bytes: arrived.bytes.slice() };
    if (isNamed && !this.#named) {
      this.#named = kept.hash;
      this.#arrived.unshift(kept);
    } else this.#arrived.push(kept);
    return true;
  }

  /** Takes the first envelope that is wanted out of the room; undefined when none is. */
  take(isWanted: (arrived: Arrived) => boolean = () => true): Arrived | undefined {
    const at = this.#arrived.findIndex(isWanted);
    if (at < 0) return undefined;
    const [taken] = this.#arrived.splice(at, 1);
    if (taken.hash === this.#named) this.#named = undefined;
    return taken;
  }

  /** All but the one in the kept place. */
  get #others(): Arrived[] {
    return this.#arrived.filter(other => other.hash !== this.#named);
  }
}

const bytesOf = (all: readonly Arrived[]): number => all.reduce((sum, { bytes }) => sum + bytes.length, 0);
