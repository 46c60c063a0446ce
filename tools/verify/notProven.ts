/** The failure of a proof, with the two answers of a verdict that are no acceptance kept apart. */
import type { Rejected, Undetermined } from '../../firmware/bytes/verdict.js';

/**
 * Nothing was proven. `rejected`: what a prover showed is wrong; `undetermined`: nobody showed anything, or nothing new
 * enough. Neither says that the opposite is true.
 */
export class NotProven extends Error {
  readonly verdict: 'rejected' | 'undetermined';
  /** The code or cause, as in the tables of the commands' README: `proof_invalid`, `unreachable`, `stale`, … */
  readonly code: string;

  constructor(refusal: Rejected<string> | Undetermined<string>) {
    const code = refusal.verdict === 'rejected' ? refusal.code : refusal.cause;
    super(`${refusal.verdict} (${code}): ${refusal.evidence}`);
    this.name = 'NotProven';
    this.verdict = refusal.verdict;
    this.code = code;
  }
}
