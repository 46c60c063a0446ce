/** A roll-out in steps: which one is next, and whether what the boards say allows it. Pure. */
import { type Kind, Misfit } from '../cli/kinds.js';
import type { Outcomes } from './outcomes.js';

const STEPS_MAX = 20;

/** Shares of the boards, in the order of the steps, as thousandths. */
export const shares: Kind<number[]> = {
  hint: 'PERCENTS',
  parse: text => {
    const steps = text.split(',').map(part => perMille(part, 'takes rising percents like 1,10,50,100'));
    const rises = steps.every((step, i) => step > (i === 0 ? 0 : steps[i - 1]));
    if (!rises || steps.length > STEPS_MAX) throw new Misfit('takes rising percents like 1,10,50,100');
    return steps;
  },
};

/** One share, as thousandths: `2%`, `0.5`. */
export const share: Kind<number> = {
  hint: 'PERCENT',
  parse: text => perMille(text.replace(/%$/, ''), 'takes a percentage like 2% or 0.5'),
};

function perMille(text: string, words: string): number {
  const value = Number(text) * 10;
  if (!/^[0-9]{1,3}(\.[0-9])?$/.test(text) || value > 1000) throw new Misfit(words);
  return Math.round(value);
}

/** The step after what is rolled out now; undefined when the plan is at its end. Both in thousandths. */
export const nextStep = (plan: readonly number[], rollout: number): number | undefined =>
  plan.find(step => step > rollout);

/**
 * True when more of the boards that tried the release left it than may. One failure of one board is all of them. Those
 * that their owner brought elsewhere tried it too, and it did not fail there.
 */
export function tooManyFailed({ done, failed, gone }: Outcomes, failuresMaxPerMille: number): boolean {
  const tried = done.length + gone.length + failed.length;
  return tried > 0 && failed.length * 1000 > failuresMaxPerMille * tried;
}
