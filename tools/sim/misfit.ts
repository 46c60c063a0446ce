/** Orders that a board must refuse, or let wait: not yet due, of an action or with params that its app does not know, or in the wrong class. */
import { MARK_ACTION, SPOT_ACTION } from '../attack/app.js';
import { MARKS_MAX } from '../attack/marks.js';

export const MISFITS = ['early', 'params', 'action', 'class'] as const;
export type Misfit = (typeof MISFITS)[number];

/** Seconds from the link of an early order to its time. */
const EARLY_SECONDS = 600;

/** Action, params and first second of the order. @param now Unix seconds @param isTolerant it may run before it is final */
export function askedOf(
  mark: number,
  now: number,
  misfit: Misfit | undefined,
  isTolerant = false,
): { action: string; params: unknown; notBefore: number } {
  const order = { action: isTolerant ? SPOT_ACTION : MARK_ACTION, params: { mark }, notBefore: now };
  if (misfit === 'early') return { ...order, notBefore: now + EARLY_SECONDS };
  if (misfit === 'params') return { ...order, params: { mark: MARKS_MAX + mark } };
  if (misfit === 'action') return { ...order, action: 'relay.none' };
  // The framework's own, which is irreversible and so needs the threshold of the fleet.
  if (misfit === 'class') return { ...order, action: 'holdfast.trust' };
  return order;
}

/** True where no board may ever do it. */
export const isWrong = (misfit: Misfit | undefined): boolean => misfit !== undefined && misfit !== 'early';
