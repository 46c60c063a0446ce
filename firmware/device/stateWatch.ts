/** The look at what an app shows of itself: a door is opened by hand, and no order says so. */

import type { App } from '../app/app.js';
import type { Clock } from '../port/clock.js';

/** The time between two looks. A status costs a signature, so that an app that flickers is shown as often and no more. */
const LOOK_EVERY_MS = 5_000;

/** Calls `look` every 5 s until the returned function is called; never for an app that shows nothing. */
export function watchState(clock: Clock, app: Pick<App, 'state'>, look: () => void): () => void {
  if (!app.state) return () => {};
  let cancel = () => {};
  const again = () => {
    cancel = clock.after(LOOK_EVERY_MS, () => {
      look();
      again();
    });
  };
  again();
  return () => cancel();
}
