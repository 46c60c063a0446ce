/** Offers that wait for their turn: one, since an offer only hints at what to prove. Others are dropped meanwhile. */

import { ProofBudget } from '../command/proofBudget.js';
import type { Clock } from '../port/clock.js';
import type { UpdateVerdict } from '../update/decide.js';
import { OFFER_BYTES_MAX, parseOffer } from '../update/offer.js';

/** Considers an offer; the verdict if the chain was asked for it. */
type Consider = (bytes: Uint8Array) => Promise<UpdateVerdict | undefined>;

/** Refusals of what vendor and owner both want: such an offer is no stranger's. */
const OF_WANTED_RELEASES: readonly string[] = ['image_hash', 'image_size', 'hardware'];

/** The one place, and the budget of proofs for offers that lead to nothing. */
export class OfferBox {
  readonly #budget: ProofBudget;
  readonly #consider: Consider;
  #offer: Uint8Array | undefined;

  /** `proofEveryMs`: milliseconds from an offer that leads to nothing to the next that is considered. */
  constructor(clock: Clock, proofEveryMs: number, consider: Consider) {
    this.#budget = new ProofBudget(clock, proofEveryMs);
    this.#consider = consider;
  }

  /** Milliseconds until the offer that waits may have its turn; undefined when none waits. */
  get deferredMs(): number | undefined {
    return this.#offer && this.#budget.waitMs;
  }

  /** Takes untrusted bytes; false when another offer waits. What is malformed is answered at once and takes no place. */
  take(bytes: Uint8Array): boolean {
    if (bytes.length > OFFER_BYTES_MAX || parseOffer(bytes).verdict === 'rejected') {
      void this.#consider(bytes.subarray(0, OFFER_BYTES_MAX + 1));
      return true;
    }
    if (this.#offer) return false;
    this.#offer = bytes.slice();
    return true;
  }

  /** Considers the offer that waits, if the budget allows it. */
  async work(): Promise<void> {
    const offer = this.#offer;
    if (!offer || this.#budget.waitMs > 0) return;
    this.#offer = undefined;
    const verdict = await this.#consider(offer);
    if (verdict?.verdict === 'rejected' && !OF_WANTED_RELEASES.includes(verdict.code))
      this.#budget.spend('nothing');
    else if (verdict?.verdict === 'undetermined') this.#budget.spend('unread');
  }
}
