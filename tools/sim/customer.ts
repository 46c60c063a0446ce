/** A board as its owner, its vendor and its fleet see it. */
import type { Contracts } from '../../contracts/client/index.js';
import type { PartitionName } from '../../firmware/port/flash.js';
import type { Chance } from '../../host-sim/node/chance.js';
import type { BoardConsole } from '../console/boardConsole.js';
import type { NewTrust } from './operatorWorld.js';
import type { OrderTimes } from './orderTimes.js';
import type { Party } from './place.js';
import type { Stage } from './stage.js';

/** Those with which nobody does anything that takes longer. */
export const freeOf = (customers: readonly Customer[]): readonly Customer[] =>
  customers.filter(({ engagement }) => engagement === undefined);

/**
 * Waits so long (ms) as it draws, and again until somebody is free.
 *
 * @param customers the boards that are active now @returns one of the free ones, or undefined once the plan is over
 */
export async function nextFree(
  { time, untilMs }: Pick<Stage, 'time' | 'untilMs'>,
  chance: Chance,
  pauseMs: { least: number; most: number },
  customers: () => readonly Customer[],
): Promise<Customer | undefined> {
  for (;;) {
    await time.wait(chance.within(pauseMs));
    if (time.nowMs >= untilMs) return undefined;
    const free = freeOf(customers());
    if (free.length > 0) return chance.of(free);
  }
}

/** A board of the owner, from when it is active. */
export interface Customer {
  name: string;
  /** The name of its operator on the network. */
  operator: string;
  device: `0x${string}`;
  /** Offers it for as long as nothing else is offered. */
  offer(bytes: Uint8Array): void;
  /** The owner now, and the fleet that it obeys. */
  readonly party: Party;
  /**
   * Links an order of that commander's of that party's fleet, the owner's if left out, to be delivered in its time.
   * @returns whether it is linked
   */
  order(commander: Contracts, times: OrderTimes, party?: Party, isSentAnyway?: boolean): Promise<boolean>;
  /**
   * The threshold of its fleet orders that it trusts so; `isWrong` where that never leads to its owner.
   * @returns the envelope's hash, or undefined where it is not linked
   */
  orderTrust(trust: NewTrust, lifeSeconds: number, isWrong?: boolean): Promise<string | undefined>;
  /** The operator orders for the board's sake until it knows what time it is. */
  proveNow(): void;
  /** It is switched off, and on again so many milliseconds later. */
  restart(offMs: number): void;
  /** Everything that was linked for it is delivered once more. */
  replay(): void;
  /** It is that party's from now on. */
  serve(party: Party): void;
  readonly console: BoardConsole;
  /** It is asked for its status, whose answer all can hear. */
  askStatus(): Promise<void>;
  /** Flips a bit of what it has stored there, at that place of it, 0 to 1. @returns false when that is nothing */
  rot(store: PartitionName, place: number): boolean;
  /** Somebody does with it what takes more than one transaction. */
  engagement: 'suspension' | 'epoch' | 'sale' | 'collusion' | undefined;
  /** Delivers an order that is signed by that key (32 bytes), as if it were a delegate of the fleet. */
  stranger(key: Uint8Array): Promise<void>;
}
