/**
 * From a long sleep to the newest finality, one update at a time. There is no other memory than the state: persisted
 * after each step, the way goes on from wherever it was cut.
 */

import type { Verdict } from '../bytes/verdict.js';
import { type Advance, advance, type UpdateCause, type UpdateCode } from './advance.js';
import { type BeaconChain, type BeaconContext, periodAt } from './chain.js';
import type { FinalityState } from './state.js';
import { parseUpdate } from './update.js';

/** What to ask a prover for. `period` is the one in which the update must be signed, and whose successor it names. */
export type Question = { kind: 'finality' } | { kind: 'committee'; period: number };

/** One step: the bytes that a prover answered, the state before, the state after. */
export function step(
  context: BeaconContext,
  state: FinalityState,
  answer: Uint8Array,
): Verdict<Advance, UpdateCode, UpdateCause> {
  const update = parseUpdate(answer, context.chain.committeeSize);
  return update.verdict === 'accepted' ? advance(context, state, update.value) : update;
}

/**
 * The question that follows an answer to `asked` with that verdict, or undefined when there is nothing left to
 * learn from this prover. Begins with finality, since for a board that slept less than a period that is all.
 */
export function nextQuestion(
  chain: BeaconChain,
  state: FinalityState,
  asked: Question,
  verdict: Verdict<Advance, UpdateCode, UpdateCause>,
): Question | undefined {
  const behind = verdict.verdict === 'undetermined' && verdict.cause === 'behind';
  if (asked.kind === 'finality') return behind ? missingCommittee(chain, state) : undefined;
  const progress = verdict.verdict === 'accepted' && (verdict.value.moved || verdict.value.learned);
  return progress ? { kind: 'finality' } : undefined;
}

/** The update that brings the first committee which the state lacks. */
export const missingCommittee = (chain: BeaconChain, state: FinalityState): Question => ({
  kind: 'committee',
  period: periodAt(chain, state.slot) + (state.next ? 1 : 0),
});
