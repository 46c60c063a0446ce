/** What an older or equal head says of what the board consumed already. */

import { equal } from '../bytes/equal.js';
import type { Ledger, Position } from '../ledger/ledger.js';

/** Where a head that is not newer than what the board consumed confirms it, or undefined when it contradicts it. */
export function confirmed(ledger: Ledger, proven: Position): Position | undefined {
  const { position, ran, settled } = ledger;
  if (proven.epoch !== position.epoch || proven.sequence > position.sequence) return undefined;
  const known =
    [position, settled].find(place => place.sequence === proven.sequence)?.head ??
    ran.find(other => other.sequence === proven.sequence)?.head;
  if (!known || !equal(known, proven.head)) return undefined;
  // A head that lacks what ran before has taken it back, unless it is merely older.
  if (proven.sequence < position.sequence && proven.block >= position.block) return undefined;
  return proven;
}
