/** The framework's own actions, as their params are judged and their effects are run. */

import * as v from 'valibot';
import { type Action, action } from '../app/action.js';
import type { HandOver } from './handOver.js';

/** The actions that the framework adds to an app. */
export const frameworkActions = (handOver: Pick<HandOver, 'adopt'>): Readonly<Record<string, Action>> => ({
  trust: action({
    params: v.strictObject({ configuration: v.pipe(v.instance(Uint8Array), v.length(32)) }),
    class: 'irreversible',
    run: () => handOver.adopt(),
  }),
  // Its envelope carries the board's challenge, so that its link proves now; more is not wanted of it.
  now: action({ params: v.strictObject({}), idempotent: true, beforeNow: true, run: () => undefined }),
});
