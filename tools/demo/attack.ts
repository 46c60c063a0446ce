/**
 * An attack and its twin: something is forged, withheld or out of place, the board says what it must say and its
 * store stays as it was; then the same thing untouched is accepted. Refusing everything would not pass.
 */
import { keysThatRefusalsMayChange, StoreKey } from '../../firmware/ledger/keys.js';
import type { Count } from '../../host-sim/page/protocol.js';
import type { Setting } from './setting.js';
import type { Observed, Steps } from './steps.js';
import { watchingStore } from './store.js';

/** An attack in words, before it is tried. */
export interface AttackWords {
  name: string;
  expected: 'rejected' | 'undetermined';
  code: string;
  /** The untouched twin. */
  twin: string;
  /** A number that is chosen for each attempt. */
  count?: Count;
}

export interface Attack extends AttackWords {
  act(): Promise<Observed>;
  actTwin(): Promise<Observed>;
  /** A command that expired is consumed: then the queue's position moves with its receipt. */
  consumes?: boolean;
  /** It fails in the store itself, or beneath: what lies there is another. */
  changesStore?: boolean;
}

/** The circumstances in which a scheme is prepared. */
export interface Preparation {
  /** They take as a step what comes before it. */
  steps?: Steps;
  count?: number;
}

/** An attack that can be tried again and again. */
export interface Scheme extends AttackWords {
  /** Does what comes before it. */
  prepare(setting: Setting, preparation: Preparation): Promise<Omit<Attack, keyof AttackWords>>;
}

/** The attack of a scheme, prepared. */
export async function begin(
  setting: Setting,
  scheme: Scheme,
  preparation: Preparation = {},
): Promise<Attack> {
  const { code, expected, name, twin } = scheme;
  return { name, expected, code, twin, ...(await scheme.prepare(setting, preparation)) };
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
    if (attempt.changesStore) return attempt.act();
    const [observed, isUnchanged] = await watchingStore(setting.directory, attempt.act, except);
    if (isUnchanged) return observed;
    return { ...observed, verdict: 'failed', evidence: STORE_CHANGED };
  });
  await steps.run(`  twin: ${attempt.twin}`, 'accepted', '', attempt.actTwin);
}
