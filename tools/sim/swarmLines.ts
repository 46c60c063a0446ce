/** The sum of a swarm in words. */
import type { SwarmResult } from './swarm.js';
import { COMPLETE_BOARD_HOURS } from './verdicts.js';

/** Seeds, board-hours, faults by kind, verdicts by code, codes never seen, and the line that repeats each failure. */
export function linesOf({
  boardHours,
  cpuSeconds,
  failures,
  faults,
  links,
  never,
  receipts,
  seeds,
  verdicts,
}: SwarmResult) {
  const counted = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || 'none';
  const isShort = never.length > 0 && boardHours < COMPLETE_BOARD_HOURS;
  if (seeds.length === 0) return ['✗ no world came to its end in that time'];
  return [
    `${seeds.length} worlds, seeds ${Math.min(...seeds)} to ${Math.max(...seeds)}: ${boardHours.toFixed(1)} board-hours, ${Math.round((boardHours * 3600) / cpuSeconds)} in an hour of the processor`,
    `${links} links, ${receipts} receipts`,
    `faults: ${counted(faults)}`,
    `verdicts: ${counted(verdicts)}`,
    `never seen: ${never.join(', ') || 'none'}${isShort ? `, in less than ${COMPLETE_BOARD_HOURS} board-hours` : ''}`,
    ...failures.map(({ replay, rule, what }) => `✗ ${rule}: ${what}\n  again: ${replay} --shrink`),
    failures.length === 0 ? '✓ every rule held in every world' : `${failures.length} worlds broke a rule`,
    ...(never.length > 0 && !isShort ? ['✗ boards did not come to every verdict'] : []),
  ];
}
