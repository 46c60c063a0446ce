/** A board as a farm sees it: what it can do, and its claim, whoever keeps the reservations. */
import type { Target } from '../bench/target.js';
import { type Answered, claimOf } from './benchBoard.js';
import { quarantine } from './quarantine.js';
import type { Reservation, ReservationOptions } from './reservation.js';

/** The answer to one who wants a board. */
export type Claim = Answered<{
  reservation: Reservation;
  target: Target;
  /** Nobody shall have it until somebody has seen to it. */
  leaveAlone(reason: string): void | Promise<void>;
}>;

export interface FarmBoard {
  name: string;
  /** Known of it before it is held. */
  facts: Omit<Target, 'open'>;
  claim(): Claim | Promise<Claim>;
}

/** A board of this machine, whose reservations lie in that folder. */
export function ownFarmBoard(
  folder: string,
  { name, target }: { name: string; target: Target },
  options: ReservationOptions = {},
): FarmBoard {
  return {
    name,
    facts: target,
    claim() {
      const answer = claimOf(folder, name, options);
      if (answer.is !== 'ours') return answer;
      return { ...answer, target, leaveAlone: why => quarantine(folder, name, why) };
    },
  };
}
