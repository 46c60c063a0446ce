/** The surroundings of the operator of a simulated board, and what it is told to have the board trust. */
import type { Order } from '../../host-sim/world/checkers.js';
import type { VirtualNetwork } from '../../host-sim/world/network.js';
import type { VirtualTime } from '../../host-sim/world/time.js';
import type { Finality } from './finalityGround.js';
import type { Place } from './place.js';

export interface OperatorWorld {
  time: VirtualTime;
  network: VirtualNetwork;
  place: Place;
  /** Of a world whose boards go by a sync committee. */
  finality: Finality | undefined;
  /** Told before a link is sent. */
  onOrder(envelope: string, order: Omit<Order, 'board'>): void;
  /** Told that the chain refused the link. */
  onRefused(envelope: string): void;
  isReceipted(envelope: string): boolean;
  /** True while the chain has taken the link back, and it does not come again by itself. */
  isTakenBack(envelope: string): boolean;
  /** True where some orders are to tolerate a reorganisation. */
  mayTolerate: boolean;
  /** True where each routine order is good for long and delivered at once. */
  isPrompt: boolean;
  /** Told that an envelope was delivered. */
  onDelivery(): void;
  /** A forger's order in place of these bytes, which reaches the board first. */
  forged?(bytes: Uint8Array): Uint8Array | undefined;
}

/** A trust configuration as encoded, and its hash. */
export interface NewTrust {
  bytes: Uint8Array;
  hash: Uint8Array;
}
