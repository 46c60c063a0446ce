/** Boards of a bench as one target: each world takes one that is free, holds it while it stands, and passes over what is broken. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, oneLine } from '../../cli/failure.js';
import type { Bench } from '../bench/bench.js';
import type { Target } from '../bench/target.js';
import { quarantine, quarantineOf } from './quarantine.js';
import { leaseOf, type Reservation, type ReservationOptions, reserve } from './reservation.js';

export interface FarmOptions extends ReservationOptions {
  /** The folder in which the runners of this bench keep their reservations. */
  folder: string;
  boards: readonly { name: string; target: Target }[];
  /** Milliseconds to wait for a free board. */
  waitMs: number;
  note(line: string): void;
}

const LOOK_MS = 500;
/** Failures that are the board's: it, its line or its supply is to be seen to. What else keeps a world from standing is not. */
const OF_THE_BOARD = [
  ...['port', 'port_absent', 'port_denied', 'port_echo', 'port_silent', 'port_speed'],
  ...['board', 'board_restarts', 'console', 'console_other', 'power', 'prepare'],
];

/** The target; what it can do is what each of its boards can. */
export function farmTarget(options: FarmOptions): Target {
  const { boards, folder } = options;
  const [{ target: first }] = boards;
  const abilities = [...first.abilities].filter(each =>
    boards.every(({ target }) => target.abilities.has(each)),
  );
  return {
    ...first,
    name:
      boards.length === 1 ? first.name : `${boards.map(({ name }) => name).join(', ')}, level ${first.level}`,
    abilities: new Set(abilities),
    isOnce: boards.some(({ target }) => target.isOnce),
    async open(signal, onEvent) {
      for (;;) {
        const { name, reservation, target } = await take(options, signal);
        try {
          // A board that was lost to another run is not worked on for longer.
          const lost = new AbortController();
          void reservation.lost.then(() => lost.abort(new Error(`the reservation of ${name} was lost`)));
          return held(await target.open(AbortSignal.any([signal, lost.signal]), onEvent), reservation);
        } catch (error) {
          reservation.release();
          const isBroken = error instanceof Failure && OF_THE_BOARD.includes(error.code);
          if (!isBroken || signal.aborted) throw error;
          quarantine(folder, name, error.message);
          options.note(`${name} is left alone from now on: ${error.message}`);
        }
      }
    },
  };
}

/** The bench gives its board back as it ends. */
function held(bench: Bench, reservation: Reservation): Bench {
  const { close } = bench.world;
  bench.world.close = async () => {
    await close();
    reservation.release();
  };
  return bench;
}

/** A free board that is not left alone. @throws Failure `boards` when all are broken, or none gets free in time */
async function take({ boards, folder, note, waitMs, ...lease }: FarmOptions, signal: AbortSignal) {
  let isSaid = false;
  for (const deadline = Date.now() + waitMs; ; ) {
    signal.throwIfAborted();
    const sound = boards.filter(({ name }) => quarantineOf(folder, name) === undefined);
    if (sound.length === 0) {
      const why = boards.map(({ name }) => `${name}: ${quarantineOf(folder, name)}`).join('; ');
      throw new Failure(
        'boards',
        `Every board is left alone (${oneLine(why, 300)}): see to them, then holdfast rig boards --free NAME.`,
      );
    }
    for (const board of sound) {
      const reservation = reserve(folder, board.name, lease);
      if (reservation) return { ...board, reservation };
    }
    const holders = sound.map(({ name }) => leaseOf(folder, name)?.holder ?? 'another run').join('; ');
    if (Date.now() >= deadline) throw new Failure('boards', `No board got free in time; held by ${holders}.`);
    if (!isSaid) note(`Waits for a board; held by ${holders}.`);
    isSaid = true;
    await sleep(Math.min(LOOK_MS, Math.max(1, deadline - Date.now())), undefined, { signal });
  }
}
