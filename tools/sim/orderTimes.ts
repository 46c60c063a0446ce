/** The times of an operator's orders: how long each is good for, and how late it is delivered. */
import type { Chance } from '../../host-sim/node/chance.js';
import type { Misfit } from './misfit.js';

/** Seconds that an order is good for: one in so many has a short life. */
export const LIFE_SECONDS = 6 * 3600;
const SHORT_LIFE_SECONDS = { least: 120, most: 300 };
const SHORT_ONE_IN = 2;
/** One order in so many is delivered late, by this at most (ms): what is linked after it waits meanwhile. */
const LATE_ONE_IN = 3;
const LATE_MS_MAX = 900_000;

/** The time of an order. */
export interface OrderTimes {
  lifeSeconds: number;
  /** Milliseconds from its link to its first delivery. */
  lateMs: number;
  /** It is one that the board must refuse, or let wait. */
  misfit?: Misfit;
  /** It may run before it is final. */
  isTolerant?: boolean;
}

/** The times of an order that waits for nothing. */
export const PROMPT: OrderTimes = { lifeSeconds: LIFE_SECONDS, lateMs: 0 };

/** The times of a routine order. */
export function timesOf(chance: Chance): OrderTimes {
  const isShort = chance.below(SHORT_ONE_IN) === 0;
  const lifeSeconds = isShort ? chance.within(SHORT_LIFE_SECONDS) : LIFE_SECONDS;
  return { lifeSeconds, lateMs: chance.below(LATE_ONE_IN) === 0 ? chance.below(LATE_MS_MAX) : 0 };
}
