/** The verdict table of the protocol, and how often boards of a world came to each of its codes and causes. */

/** All codes and causes that a board may come to; `INNER` has what it never says. */
export const VERDICT_TABLE = [
  ...['header_mismatch', 'proof_invalid', 'code_mismatch', 'wrong_answer', 'malformed', 'no_witness'],
  ...['unreachable', 'unsupported', 'pruned', 'no_quorum', 'level', 'stale', 'unknown_fork', 'not_now'],
  ...['not_anchored', 'withheld', 'paused', 'suspended', 'replayed', 'wrong_target', 'expired', 'not_yet'],
  ...['void', 'unauthorized', 'class', 'params', 'image_hash', 'image_size', 'rollback', 'floor', 'hardware'],
  ...['not_approved', 'not_published', 'withdrawn', 'cohort', 'busy', 'incomplete'],
  ...['handover', 'trial', 'equivocation', 'floor_lowered'],
] as const;

export type VerdictName = (typeof VERDICT_TABLE)[number];

/** Words of the firmware among its own parts, which become one of the table before anybody outside is told. */
export const INNER: readonly string[] = ['behind', 'cancelled', 'oversized'];

/** Board-hours in which a swarm comes to all of it: less may miss what is rare. */
export const COMPLETE_BOARD_HOURS = 200;

const known: ReadonlySet<string> = new Set(VERDICT_TABLE);

/** Counts by code or cause; a code that never occurred has no entry. */
export type VerdictCounts = Record<string, number>;

/** Counts what a line of a board's console says: each code or cause stands in brackets there. */
export function countVerdicts(counts: VerdictCounts, line: string): void {
  for (const [, name] of line.matchAll(/\((\w+)\)/g)) {
    if (known.has(name)) counts[name] = (counts[name] ?? 0) + 1;
  }
}

/** The codes and causes of the table that never occurred, in its order. */
export const neverSeen = (counts: VerdictCounts): VerdictName[] =>
  VERDICT_TABLE.filter(name => counts[name] === undefined);
