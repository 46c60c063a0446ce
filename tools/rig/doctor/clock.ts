/** The clock of a bench: boards are shown the chain's time, and logs of several machines are laid side by side. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Check, ok, problem } from '../../doctor/check.js';

export interface ClockFacts {
  /** Unix milliseconds by the wall clock. */
  wall: number;
  /** Milliseconds by which it ran away from the clock that never leaps, over `overMs`. */
  leaptMs: number;
  overMs: number;
  /** The system's word whether something keeps it right; undefined where it has none. */
  isKept?: boolean;
  /** Unix milliseconds of the newest block of a chain that is not for development. */
  block?: number;
}

/** The year of these sources: no clock is right that says an earlier one. */
const YEAR_MIN = 2026;
/** Milliseconds: a clock that is set meanwhile leaps by more, one that is slewed by less. */
const LEAP_MS = 50;
/** Milliseconds that a block may lie ahead: twelve seconds and what clocks differ. */
const AHEAD_MS = 15_000;
/** Milliseconds that the newest block may lie behind: some empty slots. */
const BEHIND_MS = 120_000;
const WATCH_MS = 500;

/** This machine's clock, as it is seen in half a second. @param keeper asks the system whether it is kept right */
export async function watchClock(keeper: () => Promise<boolean | undefined>): Promise<ClockFacts> {
  const [wall, steady] = [Date.now(), performance.now()];
  const [isKept] = await Promise.all([keeper(), sleep(WATCH_MS)]);
  const overMs = performance.now() - steady;
  return { wall: Date.now(), leaptMs: Date.now() - wall - overMs, overMs, isKept };
}

export function clockCheck({ block, isKept, leaptMs, overMs, wall }: ClockFacts): Check {
  const remedy = 'let the system keep it: sudo timedatectl set-ntp true';
  const time = new Date(wall).toISOString();
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
  if (new Date(wall).getUTCFullYear() < YEAR_MIN)
    return problem('clock', `it says ${time}, before this software was made`, remedy);
  if (Math.abs(leaptMs) > LEAP_MS)
    return problem(
      'clock',
      `it leapt by ${seconds(leaptMs)} within ${seconds(overMs)}: it is being set`,
      'wait until it is set, then run again',
    );
  if (block !== undefined && block - wall > AHEAD_MS)
    return problem('clock', `it is ${seconds(block - wall)} behind the newest block`, remedy);
  if (block !== undefined && wall - block > BEHIND_MS)
    return problem(
      'clock',
      `it is ${seconds(wall - block)} ahead of the newest block`,
      `${remedy}; if it is right, the endpoint lags: ask another`,
    );
  if (isKept === false) return problem('clock', `${time}, and nothing keeps it right`, remedy);
  const kept = isKept ? 'kept by the system' : 'the system does not say whether it is kept';
  return ok('clock', `${time}, ${kept}, leapt by ${leaptMs.toFixed(1)} ms in ${seconds(overMs)}`);
}
