/**
 * What a board knows of a beacon chain, as data: how time is cut into slots, epochs and periods, how large the
 * committee is, and which fork rules when. A fork moves where things lie in the state and in a block's body, so
 * every index is looked up by the slot of the header that it is used on.
 */

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
