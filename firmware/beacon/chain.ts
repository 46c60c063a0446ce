/**
 * A beacon chain as data: the lengths of slot, epoch and period, the size of the committee, and the schedule of forks.
 * A fork moves the places of things in the state and in a block's body, so every index is looked up by the slot of
 * the header that it is used on.
 */

import type { Bls } from '../port/bls.js';
import type { Crypto } from '../port/crypto.js';

/** The places of what a board needs, as generalized indices (consensus-specs, ssz/merkle-proofs.md). */
export interface ForkLayout {
  /** In the BeaconState, as the next two. */
  finalizedRoot: number;
  currentCommittee: number;
  nextCommittee: number;
  /**
   * In the BeaconBlockBody: an execution block hash that is final with the block. Up to Fulu that of the payload; from
   * Gloas on that of the bid's *parent*, since the bid's own payload may never be revealed, and its hash is then
   * anything that a builder wrote.
   */
  executionHash: number;
}

/** A fork in the schedule of a chain. */
export interface Fork {
  /** The first epoch under its rules. */
  epoch: number;
  /** 4 bytes; signatures are bound to it. */
  version: Uint8Array;
  /** Missing where only the date of a fork is known, not its rules: such forks are the last ones of a chain. */
  layout?: ForkLayout;
}

/** The constants of one chain; `checkChain` holds its rules. */
export interface BeaconChain {
  /** 32 bytes; tells one chain's signatures from another's. */
  genesisValidatorsRoot: Uint8Array;
  /** Unix seconds of slot 0. */
  genesisTime: number;
  secondsPerSlot: number;
  slotsPerEpoch: number;
  /** Epochs in which one sync committee serves. */
  epochsPerPeriod: number;
  /** Positions in a sync committee, a power of two from 8 to 512. */
  committeeSize: number;
  /** 1 to 16, by rising epoch. */
  forks: readonly Fork[];
}

/** The epoch of a slot. */
export const epochAt = (chain: BeaconChain, slot: number): number => Math.floor(slot / chain.slotsPerEpoch);

/** The sync-committee period of a slot. */
export const periodAt = (chain: BeaconChain, slot: number): number =>
  Math.floor(epochAt(chain, slot) / chain.epochsPerPeriod);

/** Unix seconds at which a slot begins. */
export const timeAt = (chain: BeaconChain, slot: number): number =>
  chain.genesisTime + slot * chain.secondsPerSlot;

/** The fork whose rules hold in a slot; undefined before the first known fork. */
export function forkAt(chain: BeaconChain, slot: number): Fork | undefined {
  const epoch = epochAt(chain, slot);
  let found: Fork | undefined;
  for (const fork of chain.forks) if (fork.epoch <= epoch) found = fork;
  return found;
}

/*
 * The layouts of the known forks (consensus-specs, light-client/sync-protocol.md of Altair, Deneb, Electra and Gloas).
 */

/** Deneb (2024). */
export const denebLayout: ForkLayout = {
  finalizedRoot: 105,
  currentCommittee: 54,
  nextCommittee: 55,
  executionHash: 812,
};

/** Electra (2025): the state has more fields. */
export const electraLayout: ForkLayout = {
  finalizedRoot: 169,
  currentCommittee: 86,
  nextCommittee: 87,
  executionHash: 812,
};

/** Fulu moved nothing. */
export const fuluLayout: ForkLayout = electraLayout;

/** Gloas made the state and the body progressive containers (EIP-7688). */
export const gloasLayout: ForkLayout = {
  finalizedRoot: 735,
  currentCommittee: 2945,
  nextCommittee: 2946,
  /** signed_execution_payload_bid.message.parent_block_hash */
  executionHash: 2856,
};

/** A chain and the cryptography to verify it with: all verifications of this room take it. */
export interface BeaconContext {
  chain: BeaconChain;
  crypto: Crypto;
  bls: Bls;
}
