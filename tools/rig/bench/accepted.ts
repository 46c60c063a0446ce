/** A board's verdict against the one that a step wants. */
import type { Observed } from '../../demo/steps.js';
import { type Done, StepFailure } from './outcome.js';

/** @throws StepFailure unless it was accepted */
export function acceptedOnly({ code, evidence, trail, verdict }: Observed): Done {
  if (verdict !== 'accepted')
    throw new StepFailure(`${verdict} (${code || 'no code'}): ${evidence ?? ''}`, trail);
  return { seen: evidence ?? 'accepted', trail };
}

/** @throws StepFailure unless it was refused so */
export function refusedOnly(
  { code, evidence, trail, verdict }: Observed,
  expected: { verdict: string; code: string },
): Done {
  const seen = `${verdict} (${code || 'no code'})${evidence ? `: ${evidence}` : ''}`;
  if (verdict !== expected.verdict || code !== expected.code)
    throw new StepFailure(`${seen}, not ${expected.verdict} (${expected.code})`, trail);
  return { seen, trail };
}
