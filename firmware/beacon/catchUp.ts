/**
 * The way from a long sleep to the newest finality, one update at a time. The state is the only memory: where it is
 * persisted after each step, the way goes on from any cut.
 */

import type { PieceQuestion } from './absentPieces.js';
import { type AdvanceVerdict, advance, Examination } from './advance.js';
import { type BeaconChain, type BeaconContext, periodAt } from './chain.js';
import type { Refused } from './checks.js';
import type { FinalityState } from './state.js';
import { parseUpdate } from './update.js';

/**
 * A question to a prover. `period` is the one in which the update must be signed, and whose successor it names;
 * `signedPeriod` the one in which the finality message was signed that could not be judged without it.
 */
export type Question = { kind: 'finality' } | { kind: 'committee'; period: number; signedPeriod: number };

/**
 * One step: the bytes that a prover answered and the state before. Of any length: what is longer than
 * `UPDATE_BYTES_MAX` is `malformed`. What it gives has the verdict, once it has the pieces that it asks for.
 */
export function examine(
  context: BeaconContext,
  state: FinalityState,
  answer: Uint8Array,
): Examination | Refused {
  const update = parseUpdate(answer, context.chain.committeeSize);
  return update.verdict === 'accepted' ? Examination.begin(context, state, update.value) : update;
}

/** The whole step, accepted with the state after; for those who have the pieces of a long proof at hand. */
export function step(
  context: BeaconContext,
  state: FinalityState,
  answer: Uint8Array,
  pieceOf?: (question: PieceQuestion) => Uint8Array,
): AdvanceVerdict {
  const update = parseUpdate(answer, context.chain.committeeSize);
  return update.verdict === 'accepted' ? advance(context, state, update.value, pieceOf) : update;
}

/**
 * The question that follows an answer to `asked` with that verdict, or undefined when there is nothing left to
 * learn from this prover. Begin with finality, since for a board that slept less than a period that is all. A message
 * that is `behind` tells how far the committees are to be followed; finality is asked for once more after the last.
 * (That is only the prover's word: a prover that exaggerates is asked for a period that it does not have.)
 *
 * @example
 * for (let question: Question | undefined = { kind: 'finality' }; question; ) {
 *   const verdict = step(context, state, await ask(question));
 *   if (verdict.verdict === 'accepted') state = verdict.value.state; // and persist it
 *   question = nextQuestion(context.chain, state, question, verdict);
 * }
 */
export function nextQuestion(
  chain: BeaconChain,
  state: FinalityState,
  asked: Question,
  verdict: AdvanceVerdict,
): Question | undefined {
  if (asked.kind === 'finality') {
    if (verdict.verdict !== 'undetermined' || verdict.cause !== 'behind') return undefined;
    const { signedPeriod } = verdict;
    return { kind: 'committee', period: missingCommittee(chain, state), signedPeriod };
  }
  const progress = verdict.verdict === 'accepted' && (verdict.value.moved || verdict.value.learned);
  if (!progress) return undefined;
  const period = missingCommittee(chain, state);
  return period < asked.signedPeriod ? { ...asked, period } : { kind: 'finality' };
}

/** The period whose update brings the first committee that the state lacks. Updates signed in it can be judged. */
export const missingCommittee = (chain: BeaconChain, state: FinalityState): number =>
  periodAt(chain, state.slot) + (state.next ? 1 : 0);
