/** One relay on one pin, off at every start. */

import * as v from 'valibot';
import { action, defineApp } from '../../app/app.js';
import type { Pins } from '../../port/pins.js';

// Outside of the app's function they lie in flash on a chip; inside it they take a kilobyte of its memory.
const switched = v.strictObject({ on: v.boolean() });
const nothing = v.strictObject({});

/** The relay as an app; `pin` is the number of an output. */
export function relay(pins: Pins, pin = 4) {
  let state = false;
  const drive = (on: boolean) => {
    pins.write(pin, on);
    state = on;
  };

  return defineApp({
    name: 'relay',
    start: () => drive(false),
    healthy: () => state === false,
    state: () => ({ on: state }),
    actions: {
      set: action({
        params: switched,
        idempotent: true,
        run: ({ on }) => {
          drive(on);
          return { on };
        },
      }),
      // Switching back and forth is not idempotent: after a power cut nobody knows where it stood.
      toggle: action({
        params: nothing,
        run: () => {
          drive(!state);
          return { on: state };
        },
      }),
    },
  });
}
