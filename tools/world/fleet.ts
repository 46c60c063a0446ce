/** The boards of a world: processes with names and groups, started anew when they end. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { flashBoard } from '../../host-sim/board/flashing.js';
import { patient } from '../../host-sim/node/patience.js';
import { type Board, startBoard } from '../../host-sim/process/board.js';
import type { Engine } from '../../host-sim/process/engines.js';
import { ownMemory } from '../../host-sim/process/memory.js';

export interface Member {
  name: string;
  group: string;
  /** The flash. */
  directory: string;
  board: Board;
  /** Once it is registered. */
  device?: string;
}

/** A board as it is told to people. */
export interface Row {
  name: string;
  group: string;
  device: string | undefined;
  /** Of its process; 0 while none runs. */
  pid: number;
  /** Version of the image that runs; undefined while none does. */
  version: number | undefined;
  restarts: number;
  /** Bytes of memory that its process has for itself; undefined where that is not told. */
  memory: number | undefined;
}

export interface FleetOptions {
  directory: string;
  engine: Engine['name'];
  image: Uint8Array;
  signal: AbortSignal;
  /** Told when a board ended by itself, which is then started again. */
  onEnded(name: string, why: string): void;
}

/** Milliseconds in which a board answers at its console, and starts. */
export const BOARD_PATIENCE_MS = 60_000;

/** The names of so many boards, dealt to the groups in turn: `GROUP-1` and so on. */
export function namesOf(count: number, groups: readonly string[]): { name: string; group: string }[] {
  return Array.from({ length: count }, (_, i) => {
    const group = groups[i % groups.length];
    return { group, name: `${group}-${Math.floor(i / groups.length) + 1}` };
  });
}

export class Fleet {
  readonly members: Member[] = [];
  readonly #options: FleetOptions;
  readonly #flashed: string;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#flashed = join(options.directory, 'flashed');
    mkdirSync(this.#flashed, { recursive: true });
    flashBoard(this.#flashed, options.image);
  }

  /** Starts one more, which is then a member. */
  async add(name: string, group: string): Promise<Member> {
    const { engine, onEnded, signal } = this.#options;
    const directory = join(this.#options.directory, name);
    cpSync(this.#flashed, directory, { recursive: true });
    const board = await startBoard({
      ...{ directory, engine: { name: engine }, signal },
      // A world without its boards is none: none is given up.
      faultLimit: Number.POSITIVE_INFINITY,
    });
    board.on('ended', ({ detail, why }) => {
      if (why !== 'powerCut') onEnded(name, `${why}: ${detail}`);
    });
    const member: Member = { name, group, directory, board };
    this.members.push(member);
    return member;
  }

  /** Those of that name or group; all without one. */
  named(word?: string): Member[] {
    return this.members.filter(({ group, name }) => word === undefined || word === name || word === group);
  }

  rows(from: number, count: number): Row[] {
    return this.members.slice(from, from + count).map(({ board, device, group, name }) => ({
      ...{ name, group, device, pid: board.pid, version: board.hello?.version, restarts: board.restarts },
      memory: board.pid === 0 ? undefined : ownMemory(board.pid),
    }));
  }

  /** Cuts the power of those boards and gives it back, some at a time; resolves when all are up again. */
  async restart(members: readonly Member[], atOnce: number): Promise<void> {
    await each(members, atOnce, async ({ board }) => {
      await board.powerCut();
      await board.powerOn();
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map(({ board }) => board.close()));
    rmSync(this.#options.directory, { recursive: true, force: true });
  }
}

/** Does the work for each, so many at a time. Ends with the first failure. */
export async function each<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items].reverse();
  const next = async (): Promise<void> => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, next));
}

/** Asks a board at its console, as long as a busy machine may take. */
export const consoleOf = ({ board }: Member) => ({
  request: (method: string, parameters?: unknown) =>
    board.request(method, parameters, { timeout: patient(BOARD_PATIENCE_MS) }),
  close: async () => {},
});
