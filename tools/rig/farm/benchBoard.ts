/** A board of this machine by the files of its bench: who has it, and its claim by one who wants it. */
import { quarantineOf } from './quarantine.js';
import { leaseOf, type Reservation, type ReservationOptions, reserve } from './reservation.js';

/** Nobody has it, somebody has, or it waits for somebody to see to it. */
export interface BenchState {
  state: 'free' | 'held' | 'left alone';
  /** For people. */
  holder: string | undefined;
  /** It is left alone for that. */
  reason: string | undefined;
}

/** The state of it now. @param folder of the reservations */
export function stateOf(folder: string, board: string): BenchState {
  const [holder, reason] = [leaseOf(folder, board)?.holder, quarantineOf(folder, board)];
  const state = reason !== undefined ? 'left alone' : holder !== undefined ? 'held' : 'free';
  return { state, holder, reason };
}

/** The answer to one who wants a board, ours with that. */
export type Answered<Ours> =
  | ({ is: 'ours' } & Ours)
  | { is: 'held'; holder: string }
  | { is: 'left alone'; reason: string };

/** Reserves it, where it is free. */
export function claimOf(
  folder: string,
  board: string,
  options: ReservationOptions = {},
): Answered<{ reservation: Reservation }> {
  const reason = quarantineOf(folder, board);
  if (reason !== undefined) return { is: 'left alone', reason };
  const reservation = reserve(folder, board, options);
  if (reservation) return { is: 'ours', reservation };
  return { is: 'held', holder: leaseOf(folder, board)?.holder ?? 'another run' };
}
