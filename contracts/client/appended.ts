/** Links and batches that came of a transaction to a Fleet. */
import type { Hex } from '../addresses.js';
import { linkOf } from './deviceReader.js';
import type { BatchLink, Link, Sent } from './facts.js';
import { batchOf } from './fleetReader.js';

/** A command to append. */
export interface AppendRequest {
  fleet: Hex;
  device: Hex;
  /** EIP-712 digest of the envelope. */
  commandHash: Hex;
  /** Unix seconds. */
  notAfter: number;
  /** The number that the command must get: one more than the device's. */
  sequence: number;
}

/** The link that the transaction appended. Throws a TypeError when the fleet commanded something that is not a device. */
export function linkIn(sent: Sent): Link {
  const event = sent.events.find(one => one.name === 'Linked');
  if (!event) throw new TypeError('the fleet commanded something that is not a device');
  return linkOf({ values: event.values, blockNumber: sent.blockNumber });
}

/** The batch that the transaction appended. */
export function batchIn(sent: Sent): BatchLink {
  const event = sent.events.find(one => one.name === 'BatchAppended')!;
  return batchOf({ values: event.values, blockNumber: sent.blockNumber });
}
