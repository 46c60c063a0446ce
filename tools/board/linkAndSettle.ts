/** An order as people give it, settled even where the board restarted between its status and the order's link. */
import type { Surroundings } from '../cli/command.js';
import { proveNowWhenAsked } from './proveNow.js';
import { type Order, type SettledOrder, settleOrder } from './settleOrder.js';

export type { Order, SettledOrder } from './settleOrder.js';

/**
 * A status is retained, so a board that has just lost its power still has that of the boot before, with a challenge
 * that proves nothing any more. The order is not lost by that: a second one, which does nothing, carries the new challenge.
 *
 * @throws Failure as `settle` does; the envelope is kept before anything is sent
 */
export function linkAndSettle(asking: Surroundings, order: Order): Promise<SettledOrder> {
  const { board, contracts, delegate, flags, settings, signers, status } = order;
  const operator = delegate || signers ? undefined : contracts;
  return settleOrder(asking, order, subject =>
    proveNowWhenAsked(asking, {
      settings,
      board,
      subject,
      carried: status.challenge,
      contracts: operator,
      flags,
    }),
  );
}
