/** The Clock port on Node: the process's own monotonic time. */
import type { Clock } from '../../firmware/port/clock.js';

/** The WAIT_MS_MAX wait that setTimeout takes, in milliseconds; Node makes a longer one a millisecond. */
const WAIT_MS_MAX = 2 ** 31 - 1;

export const nodeClock: Clock = {
  monotonic: () => Math.floor(performance.now()),
  after(milliseconds, callback) {
    let timer: NodeJS.Timeout;
    const wait = (rest: number) => {
      timer = setTimeout(
        () => (rest > WAIT_MS_MAX ? wait(rest - WAIT_MS_MAX) : callback()),
        Math.min(rest, WAIT_MS_MAX),
      );
    };
    wait(Math.max(0, milliseconds));
    return () => clearTimeout(timer);
  },
};
