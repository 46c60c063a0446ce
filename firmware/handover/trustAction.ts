/** The framework's own actions, as their params are judged and their effects are run. */

import * as v from 'valibot';
import { type Action, action } from '../app/action.js';
import type { HandOver } from './handOver.js';

/** The effects of orders that only some platforms know; each throws an error in words. */
export interface PlatformChanges {
  /** Puts the Wi-Fi of a sealed secret on trial. */
  network?(sealed: Uint8Array): void;
  /** Sets the times of a board that sleeps, in seconds; an interval of 0 keeps it awake. */
  sleep?(plan: { wakeEverySeconds: number; awakeSeconds: number }): void;
}

// Made as the module is: on a chip they lie in flash, and not in three kilobytes of each board's memory.
const seconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400));
const trustParams = v.strictObject({ configuration: v.pipe(v.instance(Uint8Array), v.length(32)) });
const networkParams = v.strictObject({ network: v.pipe(v.instance(Uint8Array), v.maxLength(256)) });
const sleepParams = v.strictObject({ wakeEvery: seconds, awake: seconds });
// Its envelope carries the board's challenge, so that its link proves now; more is not wanted of it.
const now = action({ params: v.strictObject({}), idempotent: true, beforeNow: true, run: () => undefined });

/** The actions that the framework adds to an app, those of `changes` where the platform has them. */
export const frameworkActions = (
  handOver: Pick<HandOver, 'adopt'>,
  changes: PlatformChanges = {},
): Readonly<Record<string, Action>> => ({
  trust: action({
    params: trustParams,
    class: 'irreversible',
    run: () => handOver.adopt(),
  }),
  now,
  ...(changes.network && {
    network: action({
      params: networkParams,
      class: 'irreversible',
      run: ({ network }) => {
        changes.network!(network);
        return { trial: true };
      },
    }),
  }),
  ...(changes.sleep && {
    sleep: action({
      params: sleepParams,
      class: 'irreversible',
      idempotent: true,
      run: ({ awake, wakeEvery }) => {
        changes.sleep!({ wakeEverySeconds: wakeEvery, awakeSeconds: awake });
        return { wakeEvery };
      },
    }),
  }),
});
