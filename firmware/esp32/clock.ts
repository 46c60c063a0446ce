/** The Clock port over the SDK's timers. They count milliseconds in 31 bits: a longer wait is made of several. */
import type { Clock } from '../port/clock.js';

/** The SDK's `timer` module, as far as it is needed. */
export interface Timers<Id> {
  set(callback: () => void, milliseconds?: number): Id;
  /** Throws on a timer that has fired. */
  clear(timer: Id): void;
}

/** Milliseconds, a day short of what a timer can count. */
const WAIT_MILLISECONDS_MAX = 0x7fffffff - 86_400_000;

/**
 * @param monotonic milliseconds of this boot; `Time.ticks` of the SDK begins anew after 25 days and will not do
 * @param onFault told of what a callback did not catch: in the SDK's own hands it would end the machine without a word
 */
export function timerClock<Id>(
  timers: Timers<Id>,
  monotonic: () => number,
  onFault: (error: unknown) => void,
): Clock {
  return {
    monotonic: () => Math.floor(monotonic()),
    after(milliseconds, callback) {
      let running: Id | undefined;
      const wait = (left: number): void => {
        const now = Math.min(left, WAIT_MILLISECONDS_MAX);
        running = timers.set(() => {
          running = undefined;
          if (left > now) return wait(left - now);
          try {
            callback();
          } catch (error) {
            onFault(error);
          }
        }, now);
      };
      // NaN too.
      wait(milliseconds > 0 ? Math.ceil(milliseconds) : 0);
      return () => {
        if (running !== undefined) timers.clear(running);
        running = undefined;
      };
    },
  };
}
