/** A board as its owner, its vendor and its fleet see it. */
import type { Contracts } from '../../contracts/client/index.js';
import type { OrderTimes } from './fleetOperator.js';

/** A board of the owner, from when it is active. */
export interface Customer {
  name: string;
  device: `0x${string}`;
  /** Offers it for as long as nothing else is offered. */
  offer(bytes: Uint8Array): void;
  /** Links an order of that commander's, to be delivered in its time. */
  order(commander: Contracts, times: OrderTimes): Promise<void>;
  /** Delivers an order that is signed by that key (32 bytes), as if it were a delegate of the fleet. */
  stranger(key: Uint8Array): Promise<void>;
}
