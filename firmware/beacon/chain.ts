/**
 * What a board knows of a beacon chain, as data: how time is cut into slots, epochs and periods, how large the
 * committee is, and which fork rules when. A fork moves where things lie in the state and in a block's body, so
 * every index is looked up by the slot of the header that it is used on.
 */

import type { Bls } from '../port/bls.js';
import type { Crypto } from '../port/crypto.js';

export interface ForkLayout {
  /** Generalized indices in the BeaconState. */
  finalizedRoot: number;
  currentCommittee: number;
  nextCommittee: number;
  /**
   * Generalized index in the BeaconBlockBody of an execution block hash that is final with the block. Up to Fulu
   * the payload's own; from Gloas on the *parent* of the bid, since the bid's own payload may never be revealed
   * and its hash is then whatever a builder wrote.
   */
  executionHash: number;
}

export interface Fork {
  /** The first epoch under its rules. */
  epoch: number;
  /** 4 bytes; signatures are bound to it. */
  version: Uint8Array;
  /** Missing in a fork that is known to come but not how: only the last ones of a chain. */
  layout?: ForkLayout;
}

export interface BeaconChain {
  /** 32 bytes; tells one chain's signatures from another's. */
  genesisValidatorsRoot: Uint8Array;
  /** Unix seconds of slot 0. */
  genesisTime: number;
  secondsPerSlot: number;
  slotsPerEpoch: number;
  /** Epochs for which one sync committee serves. */
  epochsPerPeriod: number;
  /** Positions in a sync committee, a power of two from 8 to 512. */
  committeeSize: number;
  /** By rising epoch, 1 to 16. */
  forks: readonly Fork[];
}

export const epochAt = (chain: BeaconChain, slot: number): number => Math.floor(slot / chain.slotsPerEpoch);

export const periodAt = (chain: BeaconChain, slot: number): number =>
  Math.floor(epochAt(chain, slot) / chain.epochsPerPeriod);

/** Unix seconds at which a slot begins. */
export const timeAt = (chain: BeaconChain, slot: number): number =>
  chain.genesisTime + slot * chain.secondsPerSlot;

/** The fork whose rules hold in a slot; undefined before the first that is known. */
export function forkAt(chain: BeaconChain, slot: number): Fork | undefined {
  const epoch = epochAt(chain, slot);
  let found: Fork | undefined;
  for (const fork of chain.forks) if (fork.epoch <= epoch) found = fork;
  return found;
}

/*
 * Where each known fork keeps what a board needs (consensus-specs, light-client/sync-protocol.md of Altair, Deneb,
 * Electra and Gloas). Fulu moved nothing. Gloas made the state and the body progressive containers (EIP-7688).
 */

export const denebLayout: ForkLayout = {
  finalizedRoot: 105,
  currentCommittee: 54,
  nextCommittee: 55,
  executionHash: 812,
};

export const electraLayout: ForkLayout = {
  finalizedRoot: 169,
  currentCommittee: 86,
  nextCommittee: 87,
  executionHash: 812,
};

export const fuluLayout: ForkLayout = electraLayout;

export const gloasLayout: ForkLayout = {
  finalizedRoot: 735,
  currentCommittee: 2945,
  nextCommittee: 2946,
  /** signed_execution_payload_bid.message.parent_block_hash */
  executionHash: 2856,
};

/** The parts that every verification in this room works with. */
export interface BeaconContext {
  chain: BeaconChain;
  crypto: Crypto;
  bls: Bls;
}
