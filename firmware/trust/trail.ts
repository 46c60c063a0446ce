/** The evidence trail: from a trusted block to the values that a decision rests on, so that a person can follow it. */

import { toHex } from '../bytes/hex.js';
import type { LinkedReading } from './linkedReading.js';

/** One step, for example `Device 0x…` and `code as pinned`. */
export interface TrailStep {
  what: string;
  value: string;
}

/** The steps of a trail; `names` are the contracts in the order of the reading, each with the names of its slots. */
export function trailOf(
  { accounts, head, stateRoot }: LinkedReading,
  names: readonly (readonly [contract: string, slots: readonly string[]])[],
): TrailStep[] {
  const trail: TrailStep[] = [
    {
      what: `block ${head.number}`,
      value: `${toHex(head.hash)} (L${head.level}, ${head.basis}, ${head.finalized ? 'finalized' : 'newest'})`,
    },
    { what: 'state root', value: toHex(stateRoot) },
  ];
  for (let i = 0; i < accounts.length; i++) {
    const [contract, slots] = names[i];
    trail.push({ what: contract, value: `${toHex(accounts[i].address)} (code as pinned)` });
    for (let k = 0; k < accounts[i].slots.length; k++) {
      const { slot, value } = accounts[i].slots[k];
      const number = slot.subarray(0, 31).every(byte => byte === 0)
        ? `${slot[31]}`
        : toHex(slot).slice(0, 10);
      trail.push({ what: `slot ${number} ${slots[k]}`, value: toHex(value) });
    }
  }
  return trail;
}
