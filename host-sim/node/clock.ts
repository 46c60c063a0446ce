/** The Clock port on Node: the process's own monotonic time. */
import type { Clock } from '../../firmware/port/clock.js';

/** The longest wait that setTimeout takes, in milliseconds; Node makes a longer one a millisecond. */
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
