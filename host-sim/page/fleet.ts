/** Many boards at a glance: how each stands, what most of them have in common, and which differ. */
import type { Board, Channel } from './protocol.js';

/** The way a board stands, in the order in which a person wants to know of it. */
export type Standing = 'off' | 'stopped' | 'waiting' | 'well' | 'unknown';

export const STANDINGS: readonly Standing[] = ['off', 'stopped', 'waiting', 'well', 'unknown'];

/** `stopped`: the chain lets it run nothing. `waiting`: orders are on chain that it has not consumed. */
export function standingOf({ lifecycle, linked, paused, power, sequence }: Board): Standing {
  if (power === 'off') return 'off';
  if (paused || (lifecycle !== undefined && lifecycle !== 'Active')) return 'stopped';
  if (sequence === undefined) return 'unknown';
  return linked !== undefined && linked > sequence ? 'waiting' : 'well';
}

/** The facts by which boards of one fleet should be alike. */
const factsOf = ({ app, level, version }: Board) => ({ app, level, version });

/** The value of each fact that most boards have. */
export function majorityOf(boards: readonly Board[]): ReturnType<typeof factsOf> {
  const most = <K extends keyof ReturnType<typeof factsOf>>(name: K) => {
    const counts = new Map<Board[K], number>();
    for (const board of boards) counts.set(board[name], (counts.get(board[name]) ?? 0) + 1);
    return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), [undefined, 0] as never)[0];
  };
  return { app: most('app'), level: most('level'), version: most('version') };
}

/** The names of the facts in which a board differs from most. */
export function differencesOf(board: Board, majority: ReturnType<typeof factsOf>): string[] {
  const own = factsOf(board);
  return (Object.keys(own) as (keyof typeof own)[]).filter(name => own[name] !== majority[name]);
}

/** A person's search; a member that is left out allows all. */
export interface Filter {
  group?: string;
  version?: number;
  standing?: Standing;
  cohort?: Cohort;
  words: string;
}

/** True for a board that the whole filter allows. */
export const isWanted = (
  board: Board,
  { cohort, group, standing, version, words }: Filter,
  roll: Rollout | undefined,
): boolean =>
  (group === undefined || board.group === group) &&
  (version === undefined || board.version === version) &&
  (standing === undefined || standingOf(board) === standing) &&
  (cohort === undefined || cohortOf(board, roll) === cohort) &&
  matches(board, words);

type Rollout = Pick<Channel, 'newest' | 'rollout'>;

/** A board and the newest version: it runs it, may take it and does not yet, or has not its turn. */
export type Cohort = 'runs' | 'may take' | 'later';

export const COHORTS: readonly Cohort[] = ['runs', 'may take', 'later'];

/** Undefined where nothing was published. */
export function cohortOf({ place, version }: Board, roll: Rollout | undefined): Cohort | undefined {
  if (!roll || roll.newest === 0) return undefined;
  if (version === roll.newest) return 'runs';
  return place !== undefined && place < roll.rollout ? 'may take' : 'later';
}

/** The numbers of boards by cohort, for each group in the order in which they come, and for all together first. */
export function cohortsOf(
  boards: readonly Board[],
  roll: Rollout,
): { group: string; counts: Record<Cohort, number> }[] {
  const rows = new Map<string, Record<Cohort, number>>();
  const count = (group: string, cohort: Cohort) => {
    const counts = rows.get(group) ?? { runs: 0, 'may take': 0, later: 0 };
    counts[cohort]++;
    rows.set(group, counts);
  };
  for (const board of boards) {
    const cohort = cohortOf(board, roll);
    if (!cohort) continue;
    count('all boards', cohort);
    if (board.group !== undefined) count(board.group, cohort);
  }
  return [...rows].map(([group, counts]) => ({ group, counts }));
}

/** True when every word of the filter is in what a person sees of the board: name, group, `version 3`, standing. */
export function matches(board: Board, filter: string): boolean {
  const seen = `${board.name} ${board.group ?? ''} version ${board.version} ${standingOf(board)} ${board.app ?? ''}`;
  const text = seen.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word));
}
