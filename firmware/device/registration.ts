/** The board's registration: whether its Device exists on chain, and what time the chain says it is. */

import { equal } from '../bytes/equal.js';
import { codeHash } from '../contract/facts.js';
import type { BlockReader, HeaderTrust } from '../trust/chainReader.js';

/** The state of the chain when a possession proof is to be signed. */
export interface Registration {
  /** Unix seconds of the newest block. */
  now: number;
  /** Unix seconds of the final block. */
  finalized: number;
  /** True when the Device exists at the final block. */
  registered: boolean;
}

/** Reads the registration of the Device of that address (20 bytes); in words, the reason why it cannot be read. */
export async function readRegistration(
  trust: HeaderTrust,
  reader: BlockReader,
  device: Uint8Array,
): Promise<Registration | string> {
  const account = [{ address: device, slots: [] }];
  const times: number[] = [];
  let registered = false;
  for (const tag of ['latest', 'finalized'] as const) {
    const block = await trust.head(tag);
    if (block.verdict === 'undetermined') return `${block.cause}: ${block.evidence}`;
    const reading = await reader.read(block.value, account);
    if (reading.verdict === 'undetermined') return `${reading.cause}: ${reading.evidence}`;
    times.push(reading.value.head.timestamp);
    // An account is not enough: anybody can send the address a little ether before there is a contract.
    registered = equal(reading.value.state.accounts[0].codeHash, codeHash.device());
  }
  return { now: times[0], finalized: times[1], registered };
}
