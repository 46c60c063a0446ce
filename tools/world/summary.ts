/** A whole world in numbers. */
import type { ListedBoard } from './control.js';
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

/** A group of boards in numbers. `up`: those of which a process runs an image now. */
export interface GroupSummary {
  boards: number;
  up: number;
  restarts: number;
  /** Bytes; of the boards for which it is told. */
  memory: number;
}

/** The groups by name, in the order in which they come first. */
export function groupsOf(boards: readonly ListedBoard[]): Record<string, GroupSummary> {
  const groups: Record<string, GroupSummary> = {};
  for (const board of boards) {
    groups[board.group] ??= { boards: 0, up: 0, restarts: 0, memory: 0 };
    const group = groups[board.group];
    group.boards++;
    if (isUp(board)) group.up++;
    group.restarts += board.restarts;
    group.memory += board.memory ?? 0;
  }
  return groups;
}

/** True while a process of it runs an image. */
export const isUp = ({ pid, version }: ListedBoard): boolean => pid > 0 && version !== undefined;

/** In MB, with a decimal. */
export const inMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
