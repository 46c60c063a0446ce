/** A board as a farm sees it: what it can do, and its claim, whoever keeps the reservations. */
import type { Target } from '../bench/target.js';
import { quarantine, quarantineOf } from './quarantine.js';
import { leaseOf, type Reservation, type ReservationOptions, reserve } from './reservation.js';

/** The answer to one who wants a board. */
export type Claim =
  | {
      is: 'ours';
      reservation: Reservation;
      target: Target;
      /** Nobody shall have it until somebody has seen to it. */
      leaveAlone(reason: string): void | Promise<void>;
    }
  | { is: 'held'; holder: string }
  | { is: 'left alone'; reason: string };

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
      const reason = quarantineOf(folder, name);
      if (reason !== undefined) return { is: 'left alone', reason };
      const reservation = reserve(folder, name, options);
      if (!reservation) return { is: 'held', holder: leaseOf(folder, name)?.holder ?? 'another run' };
      return { is: 'ours', reservation, target, leaveAlone: why => quarantine(folder, name, why) };
    },
  };
}
