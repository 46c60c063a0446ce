/** Envelopes that wait for their turn, in a fixed room: what does not fit is dropped, never waited for. */

import { equal } from '../bytes/equal.js';

/** The greatest number of envelopes that wait for their turn in one room, and of their bytes. */
export interface InboxLimits {
  envelopesMax: number;
  bytesMax: number;
}

/** The room of direct envelopes: all of the queue's places, with params of any length. */
export const DIRECT_INBOX: InboxLimits = { envelopesMax: 8, bytesMax: 8192 };
/** The room of the others: two of the longest, with the proofs of their batches. */
export const UNQUEUED_INBOX: InboxLimits = { envelopesMax: 4, bytesMax: 8192 };

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

  /** True for an envelope that is in the room, from before or from now on; false when there is no room for it. */
  add(arrived: Arrived, isNamed: boolean): boolean {
    if (this.#arrived.some(other => equal(other.hash, arrived.hash))) return true;
    const others = this.#arrived.filter(other => other.hash !== this.#named);
    const bytes = others.reduce((sum, other) => sum + other.bytes.length, arrived.bytes.length);
    const { bytesMax, envelopesMax } = this.#limits;
    const hasRoom = others.length < envelopesMax && bytes <= bytesMax;
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
}
