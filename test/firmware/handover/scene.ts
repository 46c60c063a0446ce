/** A board that is handed over: its chain is a model, its trial says what it is told. */
import { encodeParams } from '../../../firmware/app/params.js';
import type { Envelope } from '../../../firmware/command/envelope.js';
import { TRUST_ACTION } from '../../../firmware/command/trustOrder.js';
import type { AtConsoleOptions } from '../../../firmware/handover/atConsole.js';
import { encodeConfiguration, type TrustConfiguration } from '../../../firmware/trust/configuration.js';
import { address } from '../../fakes/bytes.js';
import { TRUST } from '../../fakes/trustKeeper.js';
import { Board, DOMAIN, KEY, POLICY, type Prepared } from '../command/board.js';
import { crypto, FLEET } from '../command/modelChain.js';

export const BUYER = address(0x0b);

/** The buyer's own endpoint, and nothing else new. */
export const NEW_TRUST: TrustConfiguration = { ...TRUST, endpoints: ['http://127.0.0.1:10'] };
export const NEW_BYTES = encodeConfiguration(NEW_TRUST);

/** An envelope of `holdfast.trust` for the next link, linked by the fleet's threshold. */
export function trustOrder(
  board: Board,
  configuration: Uint8Array = NEW_BYTES,
  fields: Partial<Envelope> = {},
): Prepared {
  return board.link('once', {
    action: TRUST_ACTION,
    params: encodeParams({ configuration: crypto.keccak256(configuration) }),
    class: 1,
    operator: FLEET,
    ...fields,
  });
}

/** A board with now proven, whose Device has a new owner in a final block. */
export async function sold(board: Board = new Board(), buyer = BUYER): Promise<Board> {
  await board.proveNow();
  board.chain.handOver(buyer).finalise();
  return board;
}

/** The same board once the buyer's order has proven now in the new epoch too. */
export async function asked(board: Board, configuration = NEW_BYTES): Promise<Prepared> {
  const order = trustOrder(board, configuration, { challenge: board.challenge });
  board.chain.finalise();
  await board.deliver(order);
  return order;
}

/** The board as its console's way of setting trust sees it. */
export const atConsole = ({ chain, floors, handOver, ledger, life }: Board): AtConsoleOptions => ({
  ...{ chain, crypto, floors, handOver, ledger, life },
  ...{ domain: DOMAIN, key: KEY, lifecycle: POLICY },
});
