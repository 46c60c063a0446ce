/** The time of a bench: this machine's, or one of its own that goes on only while a step waits for it. */
import type { Clock } from '../../../firmware/port/clock.js';
import { increaseTime } from '../../../host-sim/node/chain/time.js';
import { nodeClock } from '../../../host-sim/node/clock.js';
import { patient } from '../../../host-sim/node/patience.js';

export interface Pace {
  readonly clock: Clock;
  /** Milliseconds of that clock for what takes so many on a quiet machine. */
  patient(quietMs: number): number;
  /** Does it while the time goes on. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Waits for this machine's own work, which takes no time there. */
  hold<T>(work: Promise<T>): Promise<T>;
  /** Moves the time of the chain forward. */
  skip(seconds: number): Promise<void>;
}

/** This machine's. @param rpc of the chain */
export const machinePace = (rpc: string): Pace => ({
  clock: nodeClock,
  patient,
  during: work => work(),
  hold: work => work,
  skip: seconds => increaseTime(rpc, seconds).then(() => {}),
});

/** Resolves so many milliseconds later by that clock. */
export const waitBy = ({ clock }: Pick<Pace, 'clock'>, milliseconds: number): Promise<void> =>
  new Promise(resolve => clock.after(milliseconds, resolve));
