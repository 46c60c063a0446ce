/** The floors of a board, as its ledger keeps them, and the saying of what lowers them. */

import { StoreKey } from '../ledger/keys.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Clock } from '../port/clock.js';
import { Floors } from '../trust/floors.js';

/** The code of receipts, until the next restart, once a fresh block lowered the board's clock by more than a day. */
const FLOOR_LOWERED = 'floor_lowered';

/**
 * Opens the floors. A fresh block that lowers one by more than a day is said in the log and in every receipt that has no
 * code of its own: the time of before was a forgery's, or the block is an old one.
 */
export const openFloors = (clock: Clock, ledger: Ledger, log: (line: string) => void): Floors =>
  new Floors({
    clock,
    record: ledger.read(StoreKey.floors),
    onLowered(seconds) {
      ledger.remark = FLOOR_LOWERED;
      log(
        `a block that answers the challenge is ${Math.floor(seconds / 3600)} h older than what was proven before`,
      );
    },
  });
