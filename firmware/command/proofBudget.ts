/**
 * The budget of proofs for what no walked link names: whoever merely reaches the board must not decide how often it
 * asks the chain. All that came meanwhile shares the next proof; one that finds what it was made for costs nothing.
 */

import type { Clock } from '../port/clock.js';

/**
 * Milliseconds from a proof that found nothing to the next, by the profile of the trust configuration: while something
 * is developed a person waits, and makes most of what finds nothing.
 */
export const UNNAMED_PROOF_EVERY_MS = { production: 10_000, development: 250 } as const;
/** Milliseconds from a reading that failed, through no fault of an envelope's, to the next. */
const FAILED_READING_EVERY_MS = 1000;

/** The use of a proof: it found what it was made for, or nothing, or there was none to be had. */
export type Found = 'named' | 'nothing' | 'unread';

/** One kind of what no link names: direct orders, others, offers. */
export interface ProofKind {
  /** True while something of the kind waits for a proof. */
  readonly wantsProof: boolean;
}

/**
 * The budget of one board, which all kinds share. Where several wait they take turns, so that a flood of one does not
 * starve another.
 */
export class ProofBudget {
  readonly #clock: Clock;
  readonly #everyMs: number;
  /** The kinds, the one whose last proof is longest ago first. */
  readonly #turns: ProofKind[] = [];
  #allowedAt = 0;

  constructor(clock: Clock, everyMs: number) {
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  /** Another one of the same pace, which has no part in this one. */
  apart(): ProofBudget {
    return new ProofBudget(this.#clock, this.#everyMs);
  }

  /** Takes in a kind. */
  join(kind: ProofKind): void {
    this.#turns.push(kind);
  }

  /** Milliseconds until the kind may have a proof for what no link names; 0 when it may have one now. */
  waitMs(kind: ProofKind): number {
    const first = this.#turns.find(other => other === kind || other.wantsProof);
    // A kind that does not use its turn, as offers do not during a download, holds nobody up for longer than that.
    const turnMs = first === kind ? 0 : this.#everyMs;
    return Math.max(0, this.#allowedAt + turnMs - this.#clock.monotonic());
  }

  /** Counts a proof of the kind. */
  spend(kind: ProofKind, found: Found): void {
    if (found === 'named') return;
    const everyMs = found === 'nothing' ? this.#everyMs : Math.min(FAILED_READING_EVERY_MS, this.#everyMs);
    this.#allowedAt = this.#clock.monotonic() + everyMs;
    this.#turns.splice(this.#turns.indexOf(kind), 1);
    this.#turns.push(kind);
  }
}
