/** The last words before a restart: they get a short time to go out. */

import type { Clock } from '../port/clock.js';

/** The greatest time that a restart waits for the broker to take what was said. */
export const FAREWELL_MS_MAX = 2000;

/** Resolves when `told` does, or after `FAREWELL_MS_MAX`. */
export async function farewell(clock: Clock, told: Promise<unknown>): Promise<void> {
  let cancel = () => {};
  const late = new Promise<void>(resolve => {
    cancel = clock.after(FAREWELL_MS_MAX, resolve);
  });
  await Promise.race([told, late]);
  cancel();
}
