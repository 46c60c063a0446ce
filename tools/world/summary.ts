/** A whole world in numbers. */
import type { Fleet } from './fleet.js';

export interface Summary {
  world: string;
  rpc: string;
  brokers: readonly string[];
  fleet: string;
  channel: string;
  /** Milliseconds from the start until every board was active. */
  startMs: number;
  boards: number;
  /** Boards by group. */
  groups: Record<string, number>;
  /** Bytes that the boards' processes have for themselves, all together; undefined where that is not told. */
  memory?: number;
}

export function summaryOf(fleet: Fleet): Pick<Summary, 'boards' | 'groups' | 'memory'> {
  const rows = fleet.rows(0, fleet.members.length);
  const groups: Record<string, number> = {};
  for (const { group } of rows) groups[group] = (groups[group] ?? 0) + 1;
  const known = rows.flatMap(({ memory }) => (memory === undefined ? [] : [memory]));
  const memory = known.reduce((sum, bytes) => sum + bytes, 0);
  return { boards: rows.length, groups, ...(known.length === rows.length && { memory }) };
}

/** In MB, with a decimal. */
export const inMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
