/** An analogue sensor with an alarm threshold and a counter that can be cleared for good. */

import * as v from 'valibot';
import { action, defineApp } from '../../app/app.js';
import type { Pins } from '../../port/pins.js';

const level = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4095));

/** The sensor as an app; `input` is the number of an analogue input, `alarm` of an output. */
export function sensor(pins: Pins, input = 34, alarm = 2) {
  let threshold = 4095;
  let readings = 0;

  return defineApp({
    name: 'sensor',
    start: () => pins.write(alarm, false),
    healthy: () => pins.sample(input) <= 4095,
    busy: () => pins.sample(input) > threshold,
    actions: {
      // Reading harms nobody: it may answer before now is proven, and from a block that is not final.
      read: action({
        params: v.strictObject({}),
        idempotent: true,
        beforeNow: true,
        finality: 'latest',
        run: () => {
          const value = pins.sample(input);
          readings++;
          pins.write(alarm, value > threshold);
          return { value, alarm: value > threshold, readings };
        },
      }),
      limit: action({
        params: v.strictObject({ threshold: level }),
        idempotent: true,
        run: params => {
          threshold = params.threshold;
          return params;
        },
      }),
      // Evidence is gone for ever: only the fleet's threshold may do that.
      clear: action({
        params: v.strictObject({ reason: v.pipe(v.string(), v.maxLength(80)) }),
        class: 'irreversible',
        idempotent: true,
        run: ({ reason }) => {
          readings = 0;
          return { reason };
        },
      }),
    },
  });
}
