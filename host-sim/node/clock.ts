/** The Clock port on Node: the process's own monotonic time. */
import type { Clock } from '../../firmware/port/clock.js';

/** What setTimeout takes at most; Node makes a longer wait a millisecond. */
const longest = 2 ** 31 - 1;

export const nodeClock: Clock = {
  monotonic: () => Math.floor(performance.now()),
  after(milliseconds, callback) {
    let timer: NodeJS.Timeout;
    const wait = (rest: number) => {
      timer = setTimeout(() => (rest > longest ? wait(rest - longest) : callback()), Math.min(rest, longest));
    };
    wait(Math.max(0, milliseconds));
    return () => clearTimeout(timer);
  },
};
