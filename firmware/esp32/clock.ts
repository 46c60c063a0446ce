/** The Clock port over the SDK's timers, which count milliseconds in 31 bits: a longer wait is made of several. */
import type { Clock } from '../port/clock.js';

/** The part of the SDK's `timer` module that is needed. */
export interface Timers<Id> {
  set(callback: () => void, milliseconds?: number): Id;
  /** Throws on a timer that has fired. */
  clear(timer: Id): void;
}

/** A day less than a timer can count. */
const WAIT_MILLISECONDS_MAX = 0x7fffffff - 86_400_000;

/**
 * The Clock port.
 *
 * @param monotonic milliseconds of this boot; `Time.ticks` of the SDK will not do, since it begins anew after 25 days
 * @param onFault told of exceptions that a callback did not catch: the SDK would end the machine without a word
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

/**
 * Timers that go on until the board restarts, one for each call, and no closure for each time.
 *
 * @param onFault told of exceptions that a callback did not catch: the SDK would end the machine without a word
 */
export function repeating(
  timers: { repeat(callback: () => void, milliseconds: number): unknown },
  onFault: (error: unknown) => void,
): (milliseconds: number, callback: () => void) => void {
  return (milliseconds, callback) => {
    timers.repeat(() => {
      try {
        callback();
      } catch (error) {
        onFault(error);
      }
    }, milliseconds);
  };
}
