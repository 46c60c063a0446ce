/** The time of a seeded world, which goes on while a step waits for it, and stands still between two steps. */
import { withAbandoned } from '../../../host-sim/world/abandoned.js';
import type { VirtualTime } from '../../../host-sim/world/time.js';
import type { Pace } from '../bench/pace.js';
import type { SeededBoard } from './seededBoard.js';

/** Milliseconds of the world between two looks at whether it was closed, where nothing happens. */
const STRIDE_MS = 1000;
/** Thrown in the middle of a stride: the step has what it waited for. */
const ENOUGH = new Error('enough');

/** All boards of seeded worlds in this process: an error that nobody handled may be of any. */
const boards = new Set<SeededBoard>();

export interface SeededPace extends Pace {
  /** Its board, whose faults are its own. */
  own(board: SeededBoard): void;
  /** Ends what waits for it. */
  close(): void;
}

export function seededPace(time: VirtualTime, signal: AbortSignal): SeededPace {
  let isClosed = false;
  let board: SeededBoard | undefined;
  return {
    clock: time.clock(),
    patient: quietMs => quietMs,
    hold: work => time.hold(work),
    skip: seconds => time.wait(seconds * 1000),
    own: each => {
      board = each;
      boards.add(each);
    },
    close() {
      isClosed = true;
      if (board) boards.delete(board);
    },
    during: work => duringOf(time, work, () => isClosed || signal.aborted),
  };
}

type Outcome<T> = { value: T } | { error: unknown };

async function duringOf<T>(time: VirtualTime, work: () => Promise<T>, isOver: () => boolean): Promise<T> {
  let outcome: Outcome<T> | undefined;
  const fail = (error: unknown) => (outcome ??= { error });
  const isFault = (error: unknown) => [...boards].some(each => each.takeFault(error));
  await withAbandoned(
    error => {
      if (!isFault(error)) fail(error);
    },
    async () => {
      work().then(
        value => (outcome ??= { value }),
        error => fail(error),
      );
      while (!outcome) {
        if (isOver()) throw new Error('the world was closed');
        await time
          .run(time.nowMs + STRIDE_MS, () => {
            if (outcome || isOver()) throw ENOUGH;
          })
          .catch(error => {
            if (error !== ENOUGH) fail(error);
          });
      }
    },
  );
  if ('error' in outcome!) throw outcome.error;
  return outcome!.value;
}
