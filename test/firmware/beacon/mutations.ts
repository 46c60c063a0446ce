/**
 * Ways in which an update can be false, each a name and what it does. They work on standard data, so that board and
 * oracle get the same; what only the compact form has (the execution header's bytes, the absent keys) has no oracle.
 */

import { keccak_256 } from '@noble/hashes/sha3.js';
import { forkAt } from '../../../firmware/beacon/chain.js';
import { domainSlot } from '../../../firmware/beacon/domain.js';
import type { Update } from '../../../firmware/beacon/update.js';
import type { StandardBeaconHeader } from '../../../host-sim/node/beaconApi/standard.js';
import { flipped } from '../../fakes/bytes.js';
import type { Random } from './random.js';
import { bitsWithout, infinitySignature } from './validators.js';
import type { Block, SignedUpdate, UpdatePlan, World } from './world.js';

/** The beginning of a case: the slot of the state, and whether the state knows the next committee. */
export interface Start {
  world: World;
  slot: number;
  knowsNext: boolean;
  /** The finalized block of the state. */
  block: Block;
}

/** A genuine plan: same or next period, with or without the next committee, up to a third absent. */
export function genuinePlan({ world, slot, knowsNext }: Start): UpdatePlan {
  const { random, periodSlots } = world;
  const periodEnd = (Math.floor(slot / periodSlots) + 1) * periodSlots;
  const last = knowsNext ? periodEnd + periodSlots - 2 : periodEnd - 2;
  const finalizedSlot = slot + 1 + random.below(last - slot - 1);
  const attestedSlot = Math.min(last, finalizedSlot + random.below(30));
  return {
    finalizedSlot,
    attestedSlot,
    signatureSlot: Math.min(last + 1, attestedSlot + 1 + (random.oneIn(4) ? random.below(3) : 0)),
    next: random.oneIn(2),
    absent: someOf(
      random,
      world.chain.committeeSize,
      random.below(Math.floor(world.chain.committeeSize / 3) + 1),
    ),
  };
}

export function someOf(random: Random, size: number, count: number): number[] {
  const all = Array.from({ length: size }, (_, i) => i);
  return Array.from({ length: count }, () => all.splice(random.below(all.length), 1)[0]);
}

/** Plans of genuine updates that bring no newer finalized block. */
export const idlePlans: Readonly<Record<string, (start: Start, plan: UpdatePlan) => UpdatePlan>> = {
  'the same finalized block, attested later': ({ block, slot }, plan) => ({
    ...plan,
    finalizedSlot: slot,
    finalized: block,
  }),
  'an older finalized block with the next committee': ({ slot }) => ({
    finalizedSlot: slot - 2,
    attestedSlot: slot - 1,
    next: true,
  }),
};

/** Plans of updates that nobody honest makes, or not for this state. */
export const falsePlans: Readonly<Record<string, (start: Start, plan: UpdatePlan) => UpdatePlan>> = {
  'a period further than the committees known': ({ world, slot, knowsNext }) => {
    const base = (Math.floor(slot / world.periodSlots) + (knowsNext ? 2 : 1)) * world.periodSlots;
    return { finalizedSlot: base + 5, attestedSlot: base + 20, next: true };
  },
  'signed in a period before': ({ world, slot }) => {
    const end = Math.floor(slot / world.periodSlots) * world.periodSlots;
    return { finalizedSlot: end - 20, attestedSlot: end - 5, next: true };
  },
  'an older finalized block': ({ slot }, plan) => ({
    ...plan,
    finalizedSlot: slot - 1 - (plan.finalizedSlot % 4),
    next: false,
  }),
  'one short of two thirds': ({ world }, plan) => {
    const size = world.chain.committeeSize;
    return { ...plan, absent: someOf(world.random, size, Math.floor(size / 3) + 1) };
  },
  'one signer': ({ world }, plan) => {
    const size = world.chain.committeeSize;
    return { ...plan, absent: someOf(world.random, size, size - 1) };
  },
  'any participation': ({ world }, plan) => {
    const size = world.chain.committeeSize;
    return { ...plan, absent: someOf(world.random, size, world.random.below(size)) };
  },
  'another finalized block of the same slot': ({ slot }, plan) => ({ ...plan, finalizedSlot: slot }),
  'signed before it was attested': (_, plan) => ({ ...plan, signatureSlot: plan.attestedSlot }),
  'finalized after it was attested': (_, plan) => ({
    ...plan,
    attestedSlot: plan.finalizedSlot - 1,
    signatureSlot: plan.finalizedSlot + 1,
  }),
  'the committee of the period before': ({ world, slot }, plan) => ({
    ...plan,
    signers: world.signersAt(slot - world.periodSlots),
  }),
  'the committee of the period after': ({ world }, plan) => ({
    ...plan,
    signers: world.signersAt(plan.attestedSlot + world.periodSlots),
  }),
  'the genesis of another chain': ({ world }, plan) => ({
    ...plan,
    genesisValidatorsRoot: world.random.bytes(32),
  }),
  'a fork that nobody knows': ({ world }, plan) => ({ ...plan, forkVersion: world.random.bytes(4) }),
  'another fork of the schedule': anotherFork,
  'a fork of the schedule, but not in force': anotherFork,
};

function anotherFork({ world }: Start, plan: UpdatePlan): UpdatePlan {
  const { chain, random } = world;
  const right = forkAt(chain, domainSlot(plan.signatureSlot ?? plan.attestedSlot + 1));
  const others = chain.forks.filter(fork => fork !== right);
  return { ...plan, forkVersion: others.length > 0 ? random.pick(others).version : random.bytes(4) };
}

type StandardMutation = (signed: SignedUpdate, start: Start) => void;

const flip = (random: Random, bytes: Uint8Array): Uint8Array =>
  flipped(bytes, random.below(bytes.length * 8));

function flipNode(random: Random, branch: Uint8Array[] | undefined): void {
  if (!branch) return;
  const index = random.below(branch.length);
  branch[index] = flip(random, branch[index]);
}

function flipHeader(random: Random, header: StandardBeaconHeader): void {
  const field = random.pick(['slot', 'proposerIndex', 'parentRoot', 'stateRoot', 'bodyRoot'] as const);
  if (field === 'slot' || field === 'proposerIndex') header[field] ^= 1 << random.below(12);
  else header[field] = flip(random, header[field]);
}

/** The faults of data that were true. */
export const standardMutations: Readonly<Record<string, StandardMutation>> = {
  'attested header': ({ update }, { world }) => flipHeader(world.random, update.attestedHeader.beacon),
  'finalized header': ({ update }, { world }) => flipHeader(world.random, update.finalizedHeader.beacon),
  'finality branch': ({ update }, { world }) => flipNode(world.random, update.finalityBranch),
  'finality branch of another update': (signed, { world }) => {
    const { attestedHeader, finalizedHeader } = signed.update;
    const other = world.update({
      attestedSlot: attestedHeader.beacon.slot,
      finalizedSlot: finalizedHeader.beacon.slot,
    });
    signed.update.finalityBranch = other.update.finalityBranch;
  },
  'the attested block as the finalized one': ({ update }) => {
    update.finalizedHeader = update.attestedHeader;
  },
  'next committee branch': ({ update }, { world }) => flipNode(world.random, update.nextSyncCommitteeBranch),
  'a key in the next committee': ({ update }, { world: { random } }) => {
    const keys = update.nextSyncCommittee?.pubkeys;
    if (keys) keys[random.below(keys.length)] = flip(random, keys[0]);
  },
  "the next committee's aggregate": ({ update }, { world: { random } }) => {
    const committee = update.nextSyncCommittee;
    if (committee) committee.aggregatePubkey = flip(random, committee.aggregatePubkey);
  },
  'another committee as the next': ({ update, committee }) => {
    if (update.nextSyncCommittee) {
      update.nextSyncCommittee = {
        pubkeys: [...committee.pubkeys],
        aggregatePubkey: committee.aggregatePubkey,
      };
    }
  },
  'execution branch': ({ update }, { world }) =>
    flipNode(world.random, update.finalizedHeader.executionBranch),
  'a root in the payload': ({ update }, { world: { random } }) => {
    const payload = update.finalizedHeader.execution!;
    const field = random.pick([
      'parentHash',
      'stateRoot',
      'receiptsRoot',
      'prevRandao',
      'transactionsRoot',
    ] as const);
    payload[field] = flip(random, payload[field]);
  },
  'the execution header': (signed, { world: { random } }) => {
    // Behind the list's own head, so that it stays a list.
    const at = 3 * 8 + random.below((signed.executionHeader.length - 3) * 8);
    signed.executionHeader = flipped(signed.executionHeader, at);
    signed.update.finalizedHeader.execution!.blockHash = keccak_256(signed.executionHeader);
  },
  'the execution block of another': (signed, { world }) => {
    const other = world.block(signed.update.finalizedHeader.beacon.slot);
    signed.update.finalizedHeader.execution = other.header.execution;
    signed.executionHeader = other.executionHeader;
  },
  'who signed': ({ update: { syncAggregate } }, { world }) => {
    const bits = syncAggregate.syncCommitteeBits;
    bits.uint8Array = flip(world.random, bits.uint8Array);
  },
  'a bit of the signature': ({ update: { syncAggregate } }, { world }) => {
    syncAggregate.syncCommitteeSignature = flip(world.random, syncAggregate.syncCommitteeSignature);
  },
  "another update's signature": (signed, { world }) => {
    const { attestedHeader, finalizedHeader, signatureSlot, syncAggregate } = signed.update;
    const other = world.update({
      attestedSlot: attestedHeader.beacon.slot,
      finalizedSlot: finalizedHeader.beacon.slot,
      signatureSlot,
    });
    syncAggregate.syncCommitteeSignature = other.update.syncAggregate.syncCommitteeSignature;
  },
  'the signature at infinity': ({ update: { syncAggregate } }) => {
    syncAggregate.syncCommitteeSignature = infinitySignature();
  },
  'nobody signed, at infinity': ({ update: { syncAggregate } }, { world }) => {
    const size = world.chain.committeeSize;
    syncAggregate.syncCommitteeBits.uint8Array = bitsWithout(size, someOf(world.random, size, size));
    syncAggregate.syncCommitteeSignature = infinitySignature();
  },
  'the slot of the signature': ({ update }, { world }) => {
    update.signatureSlot ^= 1 << world.random.below(9);
  },
};

/** The faults that only the compact form can have. */
export const compactMutations: Readonly<Record<string, (update: Update, start: Start) => void>> = {
  'a bit of the absent keys': (update, { world: { random } }) => {
    if (update.absent.length > 0) update.absent = flip(random, update.absent);
    else update.absent = random.bytes(48);
  },
  'absent keys cut short': update => {
    update.absent = update.absent.length > 0 ? update.absent.subarray(0, -48) : new Uint8Array(32);
  },
};
