/** What a routine command rests on: Device{0, 1, 3} and Fleet{policy} at one block. */

import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { accepted, undetermined, type Verdict } from '../bytes/verdict.js';
import type { DeviceFacts, FleetPolicy } from '../contract/facts.js';
import { DeviceStatus } from '../contract/facts.js';
import type { Position } from '../ledger/ledger.js';
import type { TrustedHead } from '../trust/level.js';
import type { TrailStep } from '../trust/trail.js';
import type { CommandCause } from './answer.js';

export interface CommandFacts {
  head: TrustedHead;
  device: DeviceFacts;
  fleet: FleetPolicy;
  trail: TrailStep[];
}

/** With the word of the one slot of the Fleet that was asked for besides, zero where none was. */
export type ProvenFacts = CommandFacts & { word: Uint8Array };

export const provenPosition = ({ device, head }: CommandFacts): Position => ({
  epoch: device.epoch,
  sequence: device.sequence,
  head: device.head,
  block: head.number,
  level: head.level,
});

/**
 * What only restrains holds from the newest trusted head on, finalized or not: pause, status, a newer epoch.
 * It holds; it voids and expires nothing.
 */
export function restraint(
  facts: CommandFacts,
  newest: CommandFacts,
  key: Uint8Array,
): Verdict<undefined, never, CommandCause> {
  for (const { device, fleet, head } of [facts, newest]) {
    const where = `at block ${head.number}`;
    if (device.status !== DeviceStatus.active) {
      return undetermined(
        'suspended',
        `the board's status is ${DeviceStatus.nameOf(device.status)} ${where}`,
      );
    }
    if (!equal(device.key, key)) {
      return undetermined('suspended', `the Device names another key, ${toHex(device.key)}, ${where}`);
    }
    if (fleet.paused) return undetermined('paused', `the fleet ${toHex(fleet.address)} is paused ${where}`);
  }
  if (newest.device.epoch > facts.device.epoch || newest.fleet.epoch > facts.fleet.epoch) {
    return undetermined(
      'level',
      `a newer epoch began at block ${newest.head.number} or before and is not final yet`,
    );
  }
  if (newest.head.number < facts.head.number) {
    return undetermined(
      'stale',
      `the newest block ${newest.head.number} is older than the final one, ${facts.head.number}`,
    );
  }
  return accepted(undefined);
}
