/** The framework's own actions, as their params are judged and their effects are run. */

import * as v from 'valibot';
import { type Action, action } from '../app/action.js';
import type { HandOver } from './handOver.js';

/**
 * The actions that the framework adds to an app. `changeNetwork` puts the Wi-Fi of a sealed secret on trial, and throws
 * an error in words; left out where the board joins none.
 */
export const frameworkActions = (
  handOver: Pick<HandOver, 'adopt'>,
  changeNetwork?: (sealed: Uint8Array) => void,
): Readonly<Record<string, Action>> => ({
  trust: action({
    params: v.strictObject({ configuration: v.pipe(v.instance(Uint8Array), v.length(32)) }),
    class: 'irreversible',
    run: () => handOver.adopt(),
  }),
  // Its envelope carries the board's challenge, so that its link proves now; more is not wanted of it.
  now: action({ params: v.strictObject({}), idempotent: true, beforeNow: true, run: () => undefined }),
  ...(changeNetwork && {
    network: action({
      params: v.strictObject({ network: v.pipe(v.instance(Uint8Array), v.maxLength(256)) }),
      class: 'irreversible',
      run: ({ network }) => {
        changeNetwork(network);
        return { trial: true };
      },
    }),
  }),
});
