/** Many boards at a glance: how each stands, what most of them have in common, and which differ. */
import type { Board } from './protocol.js';

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

/** True when every word of the filter is in what a person sees of the board: name, group, `version 3`, standing. */
export function matches(board: Board, filter: string): boolean {
  const seen = `${board.name} ${board.group ?? ''} version ${board.version} ${standingOf(board)} ${board.app ?? ''}`;
  const text = seen.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word));
}
