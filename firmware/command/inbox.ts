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

/** The claim of an envelope to a place beyond the room. */
export interface PlaceClaim {
  /** True for what a walked link names. */
  isNamed: boolean;
  /** True for what carries this boot's challenge while now is not proven. */
  mayShowNow: boolean;
}

const NO_CLAIM: PlaceClaim = { isNamed: false, mayShowNow: false };

/**
 * The room. Two places beyond it are kept: one for an envelope that a walked link names, one for an envelope that
 * carries the challenge, without which nothing of a full room ever runs. Who reads the status knows the challenge too:
 * an envelope that a link names takes that place from one that none does.
 */
export class Inbox {
  readonly #limits: InboxLimits;
  readonly #arrived: WaitingDelivery[] = [];
  /** The ones in the kept places, where they are taken. */
  #named: WaitingDelivery | undefined = undefined;
  #challenged: WaitingDelivery | undefined = undefined;
  #challengedIsNamed = false;

  constructor(limits: InboxLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#arrived.length;
  }

  get wantsProof(): boolean {
    return this.size > 0;
  }

  /** True when no envelope finds room but one that a walked link names; `mayShowNow` asks for the challenge's place too. */
  isFull(mayShowNow: boolean): boolean {
    return !this.#hasRoom(SHORTEST_BYTES) && !(mayShowNow && !this.#challenged);
  }

  /**
   * True for an envelope that is in the room, from before or from now on; false when there is no room for it.
   * `hash` and `bytes` are those of a delivery that was opened, and are copied.
   */
  add({ bytes, hash }: { bytes: Uint8Array; hash: Uint8Array }, claim = NO_CLAIM): boolean {
    if (this.#arrived.some(other => equal(other.hash, hash))) return true;
    const { isNamed, mayShowNow } = claim;
    const takesChallengedPlace = mayShowNow && (!this.#challenged || (isNamed && !this.#challengedIsNamed));
    const takesNamedPlace = !takesChallengedPlace && isNamed && !this.#named;
    if (!takesChallengedPlace && !takesNamedPlace && !this.#hasRoom(bytes.length)) return false;
    const arrived = new WaitingDelivery(hash, bytes);
    if (takesNamedPlace) this.#named = arrived;
    if (takesChallengedPlace) {
      const before = this.#challenged;
      if (before) this.#arrived.splice(this.#arrived.indexOf(before), 1);
      this.#challenged = arrived;
      this.#challengedIsNamed = isNamed;
    }
    if (isNamed) this.#arrived.unshift(arrived);
    else this.#arrived.push(arrived);
    return true;
  }

  /** Takes the first envelope that is wanted out of the room; undefined when none is. */
  take(isWanted: (arrived: WaitingDelivery) => boolean = () => true): WaitingDelivery | undefined {
    const at = this.#arrived.findIndex(isWanted);
    if (at < 0) return undefined;
    const [taken] = this.#arrived.splice(at, 1);
    if (taken === this.#named) this.#named = undefined;
    if (taken === this.#challenged) this.#challenged = undefined;
    return taken;
  }

  /** The ones in the kept places take none of the room. */
  #hasRoom(bytes: number): boolean {
    const { bytesMax, envelopesMax } = this.#limits;
    let envelopes = 0;
    let sum = bytes;
    for (const other of this.#arrived) {
      if (other === this.#named || other === this.#challenged) continue;
      envelopes++;
      sum += other.length;
    }
    return envelopes < envelopesMax && sum <= bytesMax;
  }
}
