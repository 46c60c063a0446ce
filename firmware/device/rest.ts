/** Deep sleep between two looks at the world: when a board may fall asleep, and when it does all the same. */

import type { Clock } from '../port/clock.js';
import type { SleepPlan } from './sleepPlan.js';

/** Times that the board stays awake for its plan, while it has something to do: junk must not empty its battery. */
const AWAKE_TIMES_MAX = 8;
/** The least time for which it stays awake while it has something to do: finality takes 13 minutes. */
const BUSY_MS_MIN = 1_200_000;

/** The plan, the board's own work, and the way to sleep. */
export interface RestOptions {
  clock: Clock;
  /** The plan as it is now; undefined for a board that stays awake. */
  plan(): SleepPlan | undefined;
  /** True while something is under way that a restart would delay: orders that wait, an update, a trial. */
  isBusy(): boolean;
  /** Says goodbye; resolves when it is said, or nobody listens. */
  leave(): Promise<unknown>;
  /** Ends this run; the board starts anew after so many milliseconds. */
  sleep(milliseconds: number): void;
}

/** Sends the board to sleep in a turn of its own, so that no order is cut. */
export class Rest {
  readonly #options: RestOptions;
  readonly #startedAt: number;

  constructor(options: RestOptions) {
    this.#options = options;
    this.#startedAt = options.clock.monotonic();
  }

  /** True when the board may fall asleep in its next turn. */
  get isDue(): boolean {
    const { clock, isBusy, plan } = this.#options;
    const set = plan();
    if (!set) return false;
    const awakeMs = clock.monotonic() - this.#startedAt;
    if (awakeMs < set.awakeSeconds * 1000) return false;
    return !isBusy() || awakeMs >= Math.max(BUSY_MS_MIN, set.awakeSeconds * 1000 * AWAKE_TIMES_MAX);
  }

  /** Falls asleep, if that is still due: the turn may have been waited for. */
  async fall(): Promise<void> {
    const { leave, plan, sleep } = this.#options;
    const set = plan();
    if (!set || !this.isDue) return;
    await leave();
    sleep(set.wakeEverySeconds * 1000);
  }
}
