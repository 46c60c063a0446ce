/** The sum of a rollout: how many boards the release reached, how many run it, and why the others do not. */
import type { Finding } from '../../host-sim/world/finding.js';
import type { SimResult } from './run.js';

export interface RolloutSum {
  /** True when no rule was broken, each board that was reached runs the release, and each other one has a reason. */
  ok: boolean;
  seed: number;
  boards: number;
  reached: number;
  updated: number;
  /** Faults that boards and their servers met. */
  powerCuts: number;
  tornWrites: number;
  lies: number;
  /** By code or cause, the boards on the old image. */
  reasons: Record<string, number>;
  findings: readonly Finding[];
  hours: number;
  cpuSeconds: number;
  logHash: string;
}

/** The figures that are counted, in the order in which they are told. */
export const COUNTS = ['reached', 'updated', 'powerCuts', 'tornWrites', 'lies'] as const;

/** The sum of a finished run. */
export function sumOf({
  cpuSeconds,
  faults,
  findings,
  hours,
  logHash,
  ok,
  outcomes = [],
  seed,
}: SimResult): RolloutSum {
  const reasons: Record<string, number> = {};
  for (const { isUpdated, reason = 'none' } of outcomes)
    if (!isUpdated) reasons[reason] = (reasons[reason] ?? 0) + 1;
  const isRight = outcomes.every(({ isReached, isUpdated, reason }) =>
    isReached ? isUpdated : !isUpdated && reason !== undefined,
  );
  return {
    ...{ ok: ok && outcomes.length > 0 && isRight, seed, boards: outcomes.length },
    reached: outcomes.filter(({ isReached }) => isReached).length,
    updated: outcomes.filter(({ isUpdated }) => isUpdated).length,
    ...{ powerCuts: faults.power, tornWrites: faults.flash, lies: faults.images },
    ...{ reasons, findings, hours, cpuSeconds, logHash },
  };
}
