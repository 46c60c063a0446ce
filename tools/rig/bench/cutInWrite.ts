/** A cut of the power inside a write or an erase of flash, after which the board stays off. */
import type { Ended } from '../../../host-sim/process/run.js';
import type { Bench } from './bench.js';
import { StepFailure } from './outcome.js';

/** Milliseconds in which the board comes to that write. */
const WRITE_MS = 60_000;

/**
 * Does that, and lets the power fail inside the `operation`-th write or erase from then on, 1 or more.
 *
 * @throws StepFailure when the board does not write as often
 */
export async function cutInWrite(
  { pace, world: { board } }: Bench,
  operation: number,
  act: () => Promise<void>,
): Promise<void> {
  const isCut = new Promise<boolean>(resolve => {
    const end = (answer: boolean) => {
      cancel();
      board.off('ended', ended);
      resolve(answer);
    };
    const ended = ({ why }: Ended) => {
      if (why !== 'powerCut') return;
      // Before its supply starts it again.
      void board.powerCut();
      end(true);
    };
    const cancel = pace.clock.after(pace.patient(WRITE_MS), () => end(false));
    board.on('ended', ended);
  });
  board.setFault?.({ flashOperation: operation });
  await act();
  if (await isCut) return;
  board.setFault?.({ flashOperation: null });
  throw new StepFailure(`the board wrote or erased less than ${operation} times in ${WRITE_MS / 1000} s`);
}
