/**
 * Offers that wait for their turn: one, since an offer only hints at what to prove. Others are dropped meanwhile, but for
 * one of the release that the owner is known to want: it takes the place of a stranger's, and has a budget of its own,
 * so that a flood of junk keeps no release from a board, and repeating a genuine offer asks the chain no more often.
 */

import type { ProofBudget, ProofKind } from '../command/proofBudget.js';
import type { UpdateVerdict } from '../update/decide.js';
import { OFFER_BYTES_MAX, type Offer, parseOffer } from '../update/offer.js';

/** Considers an offer; the verdict if the chain was asked for it. */
type Consider = (bytes: Uint8Array) => Promise<UpdateVerdict | undefined>;

/** Refusals of what vendor and owner both want: such an offer is no stranger's. */
const OF_WANTED_RELEASES: readonly string[] = ['image_hash', 'image_size', 'hardware'];

export interface OfferBoxOptions {
  consider: Consider;
  /** True for an offer of the release that the owner is known to want. */
  isApproved(offer: Offer): boolean;
  /** The board's budget of proofs for what no walked link names, a stranger's offer among it. */
  proofBudget: ProofBudget;
}

/** The one place, and the budget of proofs for the wanted release's offers that lead to nothing. */
export class OfferBox implements ProofKind {
  readonly #options: OfferBoxOptions;
  readonly #approvedBudget: ProofBudget;
  #waiting: Uint8Array | undefined = undefined;

  constructor(options: OfferBoxOptions) {
    this.#options = options;
    this.#approvedBudget = options.proofBudget.apart();
    for (const budget of [options.proofBudget, this.#approvedBudget]) budget.join(this);
  }

  get wantsProof(): boolean {
    return this.#waiting !== undefined && !this.#isApproved(this.#waiting);
  }

  /** Milliseconds until the offer that waits may have its turn; undefined when none waits. */
  get deferredMs(): number | undefined {
    return this.#waiting && this.#budgetOf(this.#waiting).waitMs(this);
  }

  /** Takes untrusted bytes; false when another offer waits. What is malformed is answered at once and takes no place. */
  take(bytes: Uint8Array): boolean {
    if (bytes.length > OFFER_BYTES_MAX || parseOffer(bytes).verdict === 'rejected') {
      void this.#options.consider(bytes.subarray(0, OFFER_BYTES_MAX + 1));
      return true;
    }
    if (this.#waiting && (this.#isApproved(this.#waiting) || !this.#isApproved(bytes))) return false;
    this.#waiting = bytes.slice();
    return true;
  }

  /** Considers the offer that waits, if its budget allows it. */
  async work(): Promise<void> {
    const waiting = this.#waiting;
    if (!waiting) return;
    const budget = this.#budgetOf(waiting);
    if (budget.waitMs(this) > 0) return;
    this.#waiting = undefined;
    const verdict = await this.#options.consider(waiting);
    if (verdict?.verdict === 'rejected' && !OF_WANTED_RELEASES.includes(verdict.code))
      budget.spend(this, 'nothing');
    else if (verdict?.verdict === 'undetermined') budget.spend(this, 'unread');
  }

  #budgetOf(offer: Uint8Array): ProofBudget {
    return this.#isApproved(offer) ? this.#approvedBudget : this.#options.proofBudget;
  }

  #isApproved(bytes: Uint8Array): boolean {
    const parsed = parseOffer(bytes);
    return parsed.verdict === 'accepted' && this.#options.isApproved(parsed.value);
  }
}
