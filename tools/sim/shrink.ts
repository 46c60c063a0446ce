/** A smaller world that breaks the same rule: fewer boards, fewer kinds of faults, fewer hours. */
import type { FaultName } from './faultNames.js';

/** The size of a world, by what one may take away from it. */
export interface WorldSize {
  boards: number;
  hours: number;
  faults: readonly FaultName[];
}

/** The shortest world; hours are told to the twentieth. */
const HOURS_MIN = 0.1;
const HOURS_STEP = 0.05;

/** The sizes to try next, the smallest first; each is smaller than `size`. */
export function smallerThan({ boards, faults, hours }: WorldSize): WorldSize[] {
  const size = { boards, faults, hours };
  const fewer = [...new Set([1, Math.floor(boards / 2), boards - 1])].filter(count => count > 0);
  const shorter = [hours / 4, hours / 2, (3 * hours) / 4].map(shortened);
  return [
    ...fewer.filter(count => count < boards).map(count => ({ ...size, boards: count })),
    ...halvesOf(faults).map(half => ({ ...size, faults: half })),
    ...faults.map(fault => ({ ...size, faults: faults.filter(other => other !== fault) })),
    ...[...new Set(shorter)].filter(less => less < hours).map(less => ({ ...size, hours: less })),
  ];
}

/** Of many faults half is tried first: one by one they cost as many worlds as there are. */
function halvesOf(faults: readonly FaultName[]): (readonly FaultName[])[] {
  const middle = faults.length >> 1;
  return middle > 1 ? [faults.slice(0, middle), faults.slice(middle)] : [];
}

const shortened = (hours: number): number =>
  Math.max(HOURS_MIN, Number((Math.round(hours / HOURS_STEP) * HOURS_STEP).toFixed(2)));

/**
 * Takes away what the failure does not need, one piece after the other, until nothing can go or `runsMax` worlds have
 * run. What a smaller world draws differs from what the larger one drew: each is run whole.
 *
 * @param fails runs a world; true when it breaks the rule that the first one broke
 */
export async function shrink(
  size: WorldSize,
  fails: (size: WorldSize) => Promise<boolean>,
  runsMax: number,
): Promise<{ size: WorldSize; runs: number }> {
  const tried = new Set<string>();
  let smallest = size;
  for (;;) {
    const next = smallerThan(smallest).find(candidate => !tried.has(JSON.stringify(candidate)));
    if (!next || tried.size >= runsMax) return { size: smallest, runs: tried.size };
    tried.add(JSON.stringify(next));
    if (await fails(next)) smallest = next;
  }
}
