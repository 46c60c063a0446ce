/** The verdicts since a fault began: whether what the board has against it was enough. */
import type { Decision } from './protocol.js';

/** The verdicts since that ISO time that have one of those codes: what caught the fault; empty when nothing did. */
export const caughtSince = (
  decisions: readonly Decision[],
  since: string,
  codes: readonly string[],
): string[] =>
  verdictsSince(
    decisions.filter(({ code, verdict }) => codes.includes(code) && (code !== '' || verdict === 'accepted')),
    since,
  );

/** The verdicts with their codes since that ISO time, each with how often it came, in the order in which they came first. */
export function verdictsSince(decisions: readonly Decision[], since: string): string[] {
  const counts = new Map<string, number>();
  for (const { at, code, verdict } of decisions) {
    if (Date.parse(at) < Date.parse(since)) continue;
    const name = code === '' ? verdict : `${verdict} (${code})`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} × ${name}`);
}
