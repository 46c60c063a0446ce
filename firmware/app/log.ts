/** The lines of an app in its board's log, bounded in number: a loop that logs must not fill a console or a flash. */
import type { Clock } from '../port/clock.js';

interface LogPorts {
  clock: Clock;
  console: { log(line: string): void };
}

/** Lines that are written in a window of time; faults have twice the room. */
export const LOG_LINES_MAX = 32;
/** Milliseconds of a window. */
export const LOG_WINDOW_MS = 10_000;

/**
 * A writer of lines to the console, as long as the window has room for them. Lines that are left out are counted, and the
 * end of their window says how many they were.
 *
 * @example
 * const log = boundedLog(ports);
 * log('app: the door is open');
 * log('app fault: …', 2 * LOG_LINES_MAX);
 */
export function boundedLog({ clock, console }: LogPorts): (line: string, linesMax?: number) => void {
  let beganMs = 0;
  let lines = 0;
  let left = 0;
  const tell = () => {
    console.log(`app warning: ${left} lines left out`);
    left = 0;
  };
  return (line, linesMax = LOG_LINES_MAX) => {
    const now = clock.monotonic();
    if (now - beganMs >= LOG_WINDOW_MS) {
      beganMs = now;
      lines = 0;
    }
    if (lines < linesMax) {
      lines++;
      console.log(line);
    } else if (left++ === 0) clock.after(beganMs + LOG_WINDOW_MS - now, tell);
  };
}
