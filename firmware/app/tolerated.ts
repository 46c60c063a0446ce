/**
 * The words of an app that are asked for in the middle of the board's own work. A fault there is told once and is no
 * answer: an app that is broken must keep its board neither from the update that repairs it nor from its lock.
 */

import type { App } from './app.js';
import { isQuiet } from './quiet.js';
import { encodeState } from './state.js';

/** Those words as a board takes them; undefined what the app does not have. */
export function tolerated(
  app: App,
  onFault: (error: unknown) => void,
): Pick<App, 'battery' | 'busy' | 'lock' | 'quiet' | 'state'> {
  const state = () => {
    encodeState(app);
    return app.state!();
  };
  const quiet = () => {
    const hours = app.quiet!();
    if (hours) isQuiet(hours, 0);
    return hours;
  };
  return {
    battery: app.battery && told(() => app.battery!(), undefined, onFault),
    busy: app.busy && told(() => app.busy!(), false, onFault),
    lock: app.lock && told(() => app.lock!(), undefined, onFault),
    quiet: app.quiet && told(quiet, undefined, onFault),
    state: app.state && told(state, undefined, onFault),
  };
}

/** The same, `otherwise` where it throws; the first time the fault is told. */
function told<Answer>(ask: () => Answer, otherwise: Answer, onFault: (error: unknown) => void): () => Answer {
  let failed = false;
  return () => {
    try {
      return ask();
    } catch (error) {
      if (!failed) onFault(error);
      failed = true;
      return otherwise;
    }
  };
}
