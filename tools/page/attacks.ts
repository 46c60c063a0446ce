/** An attack that is tried: it and its twin are told as they come, and judged. */
import type { Attempt } from '../../host-sim/page/protocol.js';
import { attack, STORE_CHANGED } from '../demo/attack.js';
import type { Setting } from '../demo/setting.js';
import { asExpected, type Step, Steps } from '../demo/steps.js';
import { beHonest } from '../rig/bench/honesty.js';
import type { Trial } from './trials.js';

/** Tries an attack and its twin, and tells how it stands. Afterwards everybody is honest. Never rejects. */
export async function tryAttack(
  setting: Setting,
  chosen: Trial,
  tell: (attempt: Attempt) => void,
  count?: number,
): Promise<Attempt> {
  const said: Attempt['said'][number][] = [];
  const at = new Date().toISOString();
  const attempt = (state: Attempt['state']): Attempt => ({ name: chosen.name, state, said: [...said], at });
  const end = (step: Step): void => {
    const { code, evidence, verdict } = step;
    said.push({ of: said.length === 0 ? 'attack' : 'twin', verdict, code, evidence });
    tell(attempt('running'));
  };
  tell(attempt('running'));
  const steps = new Steps({ chapter: () => {}, skip: () => {}, begin: () => {}, end });
  try {
    await attack(setting, steps, await chosen.prepare(count));
  } catch (error) {
    end({ name: '', verdict: 'failed', code: '', evidence: String(error) } as Step);
  }
  beHonest(setting);
  const final = attempt(judge(steps.all));
  tell(final);
  return final;
}

/** An attack worked when the board accepted it or its store changed; any other surprise is a failure of the attempt. */
export function judge(steps: readonly Step[]): Attempt['state'] {
  const [first, second] = steps;
  if (!first || !second) return 'failed';
  if (first.verdict === 'accepted' || first.evidence === STORE_CHANGED) return 'worked';
  return asExpected(first) && asExpected(second) ? 'caught' : 'failed';
}
