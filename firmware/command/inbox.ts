/** Envelopes that wait for their turn, in a fixed room: what does not fit is dropped, never waited for. */

import { equal } from '../bytes/equal.js';
import { WaitingDelivery } from './wire.js';

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

/** The room; one place beyond it is kept for an envelope that a walked link names. */
export class Inbox {
  readonly #limits: InboxLimits;
  readonly #arrived: WaitingDelivery[] = [];
  /** The one in the kept place, if it is taken. */
  #named: WaitingDelivery | undefined;

  constructor(limits: InboxLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#arrived.length;
  }

  get wantsProof(): boolean {
    return this.size > 0;
  }

  /** True when no envelope finds room but one that a walked link names. */
  get isFull(): boolean {
    return !this.#hasRoom(SHORTEST_BYTES);
  }

  /**
   * True for an envelope that is in the room, from before or from now on; false when there is no room for it.
   * `hash` and `bytes` are those of a delivery that was opened, and are copied.
   */
  add({ bytes, hash }: { bytes: Uint8Array; hash: Uint8Array }, isNamed: boolean): boolean {
    if (this.#arrived.some(other => equal(other.hash, hash))) return true;
    const takesKeptPlace = isNamed && !this.#named;
    if (!takesKeptPlace && !this.#hasRoom(bytes.length)) return false;
    const arrived = new WaitingDelivery(hash, bytes);
    if (takesKeptPlace) {
      this.#named = arrived;
      this.#arrived.unshift(arrived);
    } else this.#arrived.push(arrived);
    return true;
  }

  /** Takes the first envelope that is wanted out of the room; undefined when none is. */
  take(isWanted: (arrived: WaitingDelivery) => boolean = () => true): WaitingDelivery | undefined {
    const at = this.#arrived.findIndex(isWanted);
    if (at < 0) return undefined;
    const [taken] = this.#arrived.splice(at, 1);
    if (taken === this.#named) this.#named = undefined;
    return taken;
  }

  /** The one in the kept place takes none of the room. */
  #hasRoom(bytes: number): boolean {
    const { bytesMax, envelopesMax } = this.#limits;
    let envelopes = 0;
    let sum = bytes;
    for (const other of this.#arrived) {
      if (other === this.#named) continue;
      envelopes++;
      sum += other.length;
    }
    return envelopes < envelopesMax && sum <= bytesMax;
  }
}
