/** The proven facts that commands rest on: Device{0, 1, 2, 3} and Fleet{policy} at one block. */

import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { accepted, undetermined, type Verdict } from '../bytes/verdict.js';
import { type DeviceFacts, DeviceStatus, type FleetPolicy, type FleetSlot } from '../contract/facts.js';
import type { Statement } from '../ledger/ledger.js';
import type { Position } from '../ledger/records.js';
import { asksSigned, type BlockTag, type Purpose, type Tag, type TrustedHead } from '../trust/level.js';
import type { TrailStep } from '../trust/trail.js';
import type { CommandCause } from './answer.js';
import type { LinkSource } from './walk.js';

/** The facts at one trusted block, and the steps of proof that led to them. */
export interface CommandFacts {
  head: TrustedHead;
  device: DeviceFacts;
  fleet: FleetPolicy;
  trail: TrailStep[];
}

/** Command facts with the 32-byte word of one more slot of the Fleet; the word is zero when no slot was asked for. */
export type ProvenFacts = CommandFacts & { word: Uint8Array };

/** The facts at the block that an action needs, and at the newest block, which can only restrain. */
export interface FactsPair {
  facts: ProvenFacts;
  newest: ProvenFacts;
  /** At the newest block that the sync committee signed, where it is another source than that of `newest`. */
  signed?: ProvenFacts;
}

/** The readings that can only restrain: what any of them shows holds. */
export const restraining = ({ newest, signed }: FactsPair): ProvenFacts[] =>
  signed ? [newest, signed] : [newest];

/** The chain as commands ask it. */
export interface CommandChain {
  /**
   * The facts at `tag`, trusted at the level of `purpose` (`command` if left out), and the word of `slot` if one is
   * given.
   */
  facts(
    tag: BlockTag,
    slot?: FleetSlot,
    purpose?: Purpose,
  ): Promise<Verdict<ProvenFacts, never, CommandCause>>;
  /** Sources of the links that were appended in the blocks `from` to `to`, in the order in which to ask them. */
  linkSources(from: number, to: number): readonly LinkSource[];
}

/** All that a command outside the queue is judged by. */
export interface UnqueuedContext extends FactsPair {
  /** The hold on orders that the facts put on the board; accepted when there is none. */
  held: Verdict<undefined, never, CommandCause>;
  /** The last consumed direct sequence. */
  consumed: number;
  /** The last nonce of the same delegate, or of the fleet's batches, in this epoch. */
  lastNonce: number;
  /** Unix seconds by the clock of the purpose's level. */
  now: number;
  nowProven: boolean;
  /** Unix seconds of the store's birth, or of the last hand-over: what begins before is void. */
  born: number;
}

/**
 * Reads the facts at `tag` and at the newest block; one reading serves both when `tag` is `latest`. Where the sync
 * committee vouches for the facts and endpoints for the newest block, the newest block that the committee signed is read
 * too: endpoints alone could hide a pause for as long as they lie.
 */
export async function readPair(
  chain: CommandChain,
  tag: Tag,
  slot: FleetSlot | undefined,
  purpose: Purpose,
): Promise<Verdict<FactsPair, never, CommandCause>> {
  const facts = await chain.facts(tag, slot, purpose);
  if (facts.verdict === 'undetermined') return facts;
  if (tag === 'latest') return accepted({ facts: facts.value, newest: facts.value });
  const newest = await chain.facts('latest', slot, purpose);
  if (newest.verdict === 'undetermined') return newest;
  // Facts that only restrain are never shown: their trail is two kilobytes, for as long as the pair is used.
  newest.value.trail = [];
  if (!asksSigned(facts.value.head, newest.value.head))
    return accepted({ facts: facts.value, newest: newest.value });
  const signed = await chain.facts('signed', slot, purpose);
  if (signed.verdict === 'undetermined') return signed;
  signed.value.trail = [];
  return accepted({ facts: facts.value, newest: newest.value, signed: signed.value });
}

/** The position in the chain of links that the facts prove. */
export const provenPosition = ({ device, head }: CommandFacts): Position => ({
  epoch: device.epoch,
  sequence: device.sequence,
  head: device.head,
  block: head.number,
  level: head.level,
});

/** A statement about an envelope that had no result, decided at the block of the facts. */
export const statementWithoutResult = (
  { head }: CommandFacts,
  decided: Pick<Statement, 'envelopeHash' | 'sequence' | 'outcome' | 'code'>,
): Statement => ({
  ...decided,
  result: new Uint8Array(0),
  block: { number: head.number, hash: head.hash },
});

/** The words about a board that was reported stolen, for everybody. */
const HELD = 'the board is held';

/** The holds on a board; accepted where there is none. */
export interface Holds {
  /** On routine orders, and on all that is irreversible. */
  orders: Verdict<undefined, never, CommandCause>;
  /** On the framework's own orders, which run while the board is suspended too. */
  lifecycle: Verdict<undefined, never, CommandCause>;
}

/**
 * The holds that pause, status, another key or a newer epoch put on the board. They count from the newest trusted block
 * on, final or not, and they only hold: they void and expire nothing. A locked board is held whatever the facts say.
 */
export function restraint(pair: FactsPair, key: Uint8Array, locked: boolean): Holds {
  const lifecycle = locked ? undetermined('suspended', HELD) : lifecycleRestraint(pair, key);
  if (lifecycle.verdict === 'undetermined') return { orders: lifecycle, lifecycle };
  const suspended = [pair.facts, ...restraining(pair)].find(
    ({ device }) => device.status === DeviceStatus.suspended,
  );
  const orders = suspended
    ? undetermined('suspended', `the board's status is suspended at block ${suspended.head.number}`)
    : lifecycle;
  return { orders, lifecycle };
}

function lifecycleRestraint(pair: FactsPair, key: Uint8Array): Verdict<undefined, never, CommandCause> {
  const { facts } = pair;
  for (const { device, fleet, head } of [facts, ...restraining(pair)]) {
    const where = `at block ${head.number}`;
    if (device.status !== DeviceStatus.active && device.status !== DeviceStatus.suspended) {
      // Nobody who has a stolen board in hand hears more of it than that; the owner reads the signed status.
      if (device.status === DeviceStatus.stolen) return undetermined('suspended', HELD);
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
  for (const { device, fleet, head } of restraining(pair)) {
    if (device.epoch > facts.device.epoch || fleet.epoch > facts.fleet.epoch) {
      return undetermined(
        'level',
        `a newer epoch began at or before block ${head.number}, which is not final yet`,
      );
    }
    if (head.number < facts.head.number) {
      return undetermined(
        'stale',
        `the newest block ${head.number} is older than the final one, ${facts.head.number}`,
      );
    }
  }
  return accepted(undefined);
}
