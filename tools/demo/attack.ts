/**
 * An attack and its twin: something is forged, withheld or out of place, the board says what it must say and its
 * store stays as it was; then the same thing untouched is accepted. Refusing everything would not pass.
 */
import { keysThatRefusalsMayChange, StoreKey } from '../../firmware/ledger/keys.js';
import type { Setting } from './setting.js';
import type { Observed, Steps } from './steps.js';
import { watchingStore } from './store.js';

export interface Attack {
  name: string;
  expected: 'rejected' | 'undetermined';
  code: string;
  act(): Promise<Observed>;
  /** The untouched twin, in words. */
  twin: string;
  actTwin(): Promise<Observed>;
  /** A command that expired is consumed: then the queue's position moves with its receipt. */
  consumes?: boolean;
}

/** The evidence against a board that refused, and whose store changed all the same. */
export const STORE_CHANGED = "the attack changed the board's store";

/**
 * Runs an attack and then its twin, as two steps; an attack that changed the board's store has failed.
 * @param attempt `act` must leave the board as it was; `actTwin` is the same thing untouched
 */
export async function attack(setting: Setting, steps: Steps, attempt: Attack): Promise<void> {
  const except = [...keysThatRefusalsMayChange, ...(attempt.consumes ? [StoreKey.position] : [])];
  await steps.run(attempt.name, attempt.expected, attempt.code, async () => {
    const [observed, isUnchanged] = await watchingStore(setting.directory, attempt.act, except);
    if (isUnchanged) return observed;
    return { ...observed, verdict: 'failed', evidence: STORE_CHANGED };
  });
  await steps.run(`  twin: ${attempt.twin}`, 'accepted', '', attempt.actTwin);
}
