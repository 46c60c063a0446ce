/**
 * Deep sleep as a fleet sets it (the order `holdfast.sleep`): a board that has nothing to do ends its run, and starts
 * anew after the interval. On what that does to now, to L4 and to delivery, see the README of firmware/.
 */

import { FRAMEWORK } from '../app/app.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import type { Ports } from '../port/ports.js';
import type { TrustConfiguration } from '../trust/configuration.js';
import type { KeptRecord } from '../trust/open.js';

/** The full name of the action. */
export const SLEEP_ACTION = `${FRAMEWORK}.sleep`;

/** The times of a board that sleeps. */
export interface SleepPlan {
  /** Seconds from falling asleep to the next start. */
  wakeEverySeconds: number;
  /** Seconds for which a board stays awake at least. */
  awakeSeconds: number;
}

/** An interval under a minute saves nothing: a start with Wi-Fi, TLS and a proof takes some ten seconds. */
const WAKE_EVERY_SECONDS_MIN = 60;
/** Half of the time for which a broker is asked to keep the session of a board that is gone. */
export const WAKE_EVERY_SECONDS_MAX = 43_200;
const AWAKE_SECONDS_MIN = 10;
const AWAKE_SECONDS_MAX = 3600;
const RECORD_BYTES_MAX = 16;

/** The plan in a record; undefined when there is none, and the board never sleeps. */
export function readSleepPlan(record: KeptRecord): SleepPlan | undefined {
  const bytes = record.load();
  if (!bytes) return undefined;
  const reader = new RecordReader(bytes, RECORD_BYTES_MAX);
  const plan = { wakeEverySeconds: reader.number(), awakeSeconds: reader.number() };
  return reader.end() && faultOf(plan) === undefined ? plan : undefined;
}

/**
 * The effect of the order: it keeps the plan, or with an interval of 0 forgets it. It throws an Error in words for times
 * that would cost the board its trust or its messages. Undefined where the platform has no deep sleep.
 */
export const sleepChange = (
  { deepSleep }: Pick<Ports, 'deepSleep'>,
  { checkpoints, light }: Pick<TrustConfiguration, 'checkpoints' | 'light'>,
  record: KeptRecord,
): ((plan: SleepPlan) => void) | undefined =>
  deepSleep &&
  (plan => {
    const { awakeSeconds, wakeEverySeconds } = plan;
    if (wakeEverySeconds === 0) return record.save(undefined);
    const fault = faultOf(plan);
    if (fault) throw new Error(fault);
    // Time that was slept moves no point of L4: only a checkpoint over the challenge of a wake does.
    if (light && !checkpoints) throw new Error('level 4 needs checkpoint keys on a board that sleeps');
    if (light && 2 * wakeEverySeconds > light.maximumSleep)
      throw new Error('the interval is more than half of maximumSleep');
    record.save(encodeRecord([wakeEverySeconds, awakeSeconds]));
  });

function faultOf({ awakeSeconds, wakeEverySeconds }: SleepPlan): string | undefined {
  const isWithin = (value: number, least: number, most: number) =>
    Number.isSafeInteger(value) && value >= least && value <= most;
  if (!isWithin(wakeEverySeconds, WAKE_EVERY_SECONDS_MIN, WAKE_EVERY_SECONDS_MAX))
    return `the interval is ${WAKE_EVERY_SECONDS_MIN} to ${WAKE_EVERY_SECONDS_MAX} seconds`;
  if (!isWithin(awakeSeconds, AWAKE_SECONDS_MIN, AWAKE_SECONDS_MAX))
    return `a board stays awake for ${AWAKE_SECONDS_MIN} to ${AWAKE_SECONDS_MAX} seconds`;
  return undefined;
}
