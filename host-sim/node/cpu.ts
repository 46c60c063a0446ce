/** The processor time of other processes, as Linux tells it. */
import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second for every program (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** Seconds that all threads of the process took so far; undefined when none runs, and on other systems. */
export function cpuSecondsOf(pid: number): number | undefined {
  try {
    // The name of the program comes first, in parentheses, and may hold anything: user and system time are 12 fields on.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}
