/** The framework's action `holdfast.trust`, as its params are judged and its effect is run. */

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
});
