/** The outcomes of a receipt: what a board signs that it did with an order that is anchored on chain. */

import type { Outcome } from '../../firmware/ledger/receipt.js';
import type { Table } from './explanation.js';

export const receiptOutcomes: Table<Exclude<Outcome, 'none'>> = {
  done: {
    meaning: 'The action ran, and the result is the one that the receipt commits to.',
    likely: 'The order was accepted.',
    remedy: 'Nothing.',
  },
  failed: {
    meaning: 'The action ran and threw an error, or an image did not pass its trial.',
    likely: 'A fault of the app, or of what is wired to the board.',
    remedy: 'Read the lines of the board (holdfast monitor). A new order is needed to try again.',
  },
  expired: {
    meaning: 'The time of the order was over before its envelope arrived.',
    likely: 'The board was offline, or the envelope was withheld.',
    remedy: 'Order again.',
  },
  refused: {
    meaning: 'The order is anchored, but the board refuses to run it; the code of the receipt says why.',
    likely: 'An action or params that the app does not have.',
    remedy: 'holdfast explain with the code of the receipt.',
  },
  interrupted: {
    meaning: 'The power failed between the start of the action and its end; the board does not run it twice.',
    likely: 'A power cut, or a restart by the watchdog.',
    remedy: 'Look at the state of the thing that was driven, then order again if need be.',
  },
  reorged: {
    meaning: 'The action ran, and the chain later took back the block that ordered it.',
    likely: 'An action that tolerates a reorganisation ran before finality.',
    remedy: 'Order again if the effect is still wanted; or let the action wait for finality.',
  },
  voided: {
    meaning: 'The order belongs to an epoch that ended before it was consumed; it never runs.',
    likely: 'A change of owner, fleet or key.',
    remedy: 'Order again in the new epoch.',
  },
};
