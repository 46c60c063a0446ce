/** Boards of a bench as one target: each world takes one that is free, holds it while it stands, and passes over what is broken. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, oneLine } from '../../cli/failure.js';
import type { Bench } from '../bench/bench.js';
import type { Target } from '../bench/target.js';
import type { Claim, FarmBoard } from './farmBoard.js';
import type { Reservation } from './reservation.js';

export interface FarmOptions {
  boards: readonly FarmBoard[];
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
  const { boards } = options;
  const [{ facts: first }] = boards;
  const abilities = [...first.abilities].filter(each =>
    boards.every(({ facts }) => facts.abilities.has(each)),
  );
  return {
    ...first,
    name:
      boards.length === 1 ? first.name : `${boards.map(({ name }) => name).join(', ')}, level ${first.level}`,
    abilities: new Set(abilities),
    isOnce: boards.some(({ facts }) => facts.isOnce),
    async open(signal, onEvent) {
      for (;;) {
        const { leaveAlone, name, reservation, target } = await take(options, signal);
        // A board that was lost to another run is not worked on for longer.
        const lost = new AbortController();
        void reservation.lost.then(() => lost.abort(new Error(`the reservation of ${name} was lost`)));
        try {
          return held(await target.open(AbortSignal.any([signal, lost.signal]), onEvent), reservation);
        } catch (error) {
          const isBroken = error instanceof Failure && OF_THE_BOARD.includes(error.code);
          const isOurs = isBroken && !signal.aborted && !lost.signal.aborted;
          if (isOurs) await leaveAlone(error.message);
          await reservation.release();
          if (!isOurs) throw error;
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
    try {
      await close();
    } finally {
      await reservation.release();
    }
  };
  return bench;
}

type Ours = Extract<Claim, { is: 'ours' }> & { name: string };

/** A free board that is not left alone. @throws Failure `boards` when all are broken, or none gets free in time */
async function take({ boards, note, waitMs }: FarmOptions, signal: AbortSignal): Promise<Ours> {
  let isSaid = false;
  for (const deadline = Date.now() + waitMs; ; ) {
    const [holders, broken]: [string[], string[]] = [[], []];
    for (const { claim, name } of boards) {
      signal.throwIfAborted();
      const answer = await claim();
      if (answer.is === 'ours') return { ...answer, name };
      if (answer.is === 'held') holders.push(answer.holder);
      else broken.push(`${name}: ${answer.reason}`);
    }
    if (holders.length === 0)
      throw new Failure(
        'boards',
        `Every board is left alone (${oneLine(broken.join('; '), 300)}): see to them, then holdfast rig boards --free NAME.`,
      );
    const by = holders.join('; ');
    if (Date.now() >= deadline) throw new Failure('boards', `No board got free in time; held by ${by}.`);
    if (!isSaid) note(`Waits for a board; held by ${by}.`);
    isSaid = true;
    await sleep(Math.min(LOOK_MS, Math.max(1, deadline - Date.now())), undefined, { signal });
  }
}
