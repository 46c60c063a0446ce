/** One release over many boards, while power fails and image servers lie: the world that it wants, and its end in words. */
import { FAULTS, type FaultName } from './faultNames.js';
import { COUNTS, type RolloutSum } from './rolloutSum.js';
import type { SimOptions } from './run.js';

/** The faults of a rollout unless others are named. */
const ROLLOUT_FAULTS: readonly FaultName[] = ['update', 'images', 'power', 'flash', 'cut'];
/** Boards have one order each and those that prove now: a rollout is about updates. */
const ORDER_PAUSE_MS = 6 * 3_600_000;

/** The options of a world with a rollout in so many steps, boards of a thousand; `update` is always among its faults. */
export function rolloutOf(steps: readonly number[], faults: readonly string[]) {
  const wanted: readonly string[] = faults.length > 0 ? ['update', ...faults] : ROLLOUT_FAULTS;
  return {
    rollout: [...steps].sort((a, b) => a - b),
    faults: FAULTS.filter(fault => wanted.includes(fault)),
    orderPauseMs: ORDER_PAUSE_MS,
    isPrompt: true,
  } satisfies Partial<SimOptions>;
}

/** The sum of a rollout, for people. */
export function rolloutLines(sum: RolloutSum): string[] {
  const reasons = Object.entries(sum.reasons).map(([reason, count]) => `${count} ${reason}`);
  return [
    `${sum.boards} boards: ${COUNTS.map(name => `${sum[name]} ${name}`).join(', ')}`,
    `on the old image, with its reason: ${reasons.join(', ') || 'none'}`,
    sum.ok ? '✓ each board that the release reached runs it, and each other one says why not' : '✗ not so',
  ];
}
