/**
 * The contents of the contracts as plain values. Addresses are in lower case, hashes have 32 bytes, times are unix
 * seconds.
 */
import type { Hex } from '../addresses.js';

export const STATUSES = ['None', 'Provisioned', 'Active', 'Suspended', 'Stolen', 'Retired'] as const;
export type StatusName = (typeof STATUSES)[number];

export const ROLES = ['Commander', 'Releaser', 'Guardian', 'Provisioner'] as const;
export type RoleName = (typeof ROLES)[number];

/** A Device at one block. */
export interface DeviceFacts {
  address: Hex;
  /** False: nothing is registered there, and all else is zero. */
  exists: boolean;
  key: Hex;
  status: StatusName;
  sequence: number;
  epoch: number;
  head: Hex;
  owner: Hex;
  fleet: Hex;
  channel: Hex;
  /** keccak256(abi.encode(channel, version, imageSha256)) of the one image that may be installed, or zero. */
  approval: Hex;
  /** The channel of the app line, or zero. */
  appChannel: Hex;
  /** The approval of the app line, formed like `approval`. */
  appApproval: Hex;
  /** The successor who may accept, or zero. */
  pendingOwner: Hex;
  /** True: the successor is a claim key, which takes over only together with the board. */
  pendingByClaim: boolean;
}

/** A Fleet at one block. */
export interface FleetFacts {
  address: Hex;
  exists: boolean;
  paused: boolean;
  epoch: number;
  threshold: number;
  nonce: bigint;
  batchNonce: bigint;
  batchHead: Hex;
  checkpointKeys: Hex;
  forkSchedule: Hex;
  signers: readonly Hex[];
}

/** A ReleaseChannel at one block. */
export interface ChannelFacts {
  address: Hex;
  exists: boolean;
  newest: number;
  floor: number;
  /** Of a thousand. */
  rollout: number;
  paused: boolean;
  halted: boolean;
  threshold: number;
  haltThreshold: number;
  nonce: bigint;
  hardware: Hex;
  manufactureRoot: Hex;
  releaseKeys: readonly Hex[];
}

/** A command as it was appended: everything that the chain knows of it. */
export interface Link {
  sequence: number;
  commandHash: Hex;
  /** After this link. */
  head: Hex;
  notAfter: number;
  epoch: number;
  fleetEpoch: number;
  operator: Hex;
  class: number;
  blockNumber: number;
}

/** A batch as it was appended. */
export interface BatchLink {
  nonce: number;
  root: Hex;
  /** After this batch. */
  batchHead: Hex;
  notAfter: number;
  fleetEpoch: number;
  operator: Hex;
  class: number;
  blockNumber: number;
}

/** A version as it was published. */
export interface PublishedRelease {
  version: number;
  imageSha256: Hex;
  size: number;
  manifestHash: Hex;
  floor: number;
  /** The rollout with which it was published, of a thousand. */
  rollout: number;
  withdrawn: boolean;
  blockNumber: number;
}

/** A version to publish. */
export interface ReleaseFields {
  version: number;
  imageSha256: Hex;
  /** Bytes. */
  size: number;
  manifestHash: Hex;
  /** Default 0, or the present one. */
  floor?: number;
  /** Of a thousand; default all. */
  rollout?: number;
}

/** A receipt as boards sign it (EIP-712, in the domain of their Device). */
export interface ReceiptFields {
  storeBirth: bigint;
  counter: bigint;
  previous: Hex;
  envelopeHash: Hex;
  outcome: number;
  code: string;
  resultHash: Hex;
  imageHash: Hex;
  blockNumber: bigint;
  blockHash: Hex;
}

/** The statement that a board signs at its console, to be registered. */
export interface PossessionFields {
  board: Hex;
  owner: Hex;
  fleet: Hex;
  channel: Hex;
  trustConfiguration: Hex;
  deadline: number;
}

/** The statement that claim key and board sign, so that the board changes hands. */
export interface ClaimFields {
  /** Not zero. */
  newOwner: Hex;
  fleet: Hex;
  channel: Hex;
  /** At most an hour ahead. */
  deadline: number;
}

/** A role, until its expiry; 0 takes it. */
export interface RoleGrant {
  role: RoleName;
  account: Hex;
  expiry: number;
}

/** The first values of a fleet. The client puts the keys in ascending order; 16 of a kind at most, none twice. */
export interface FleetSetupFields {
  signers: readonly Hex[];
  /** At least 2. */
  threshold: number;
  checkpointKeys?: readonly Hex[];
  checkpointThreshold?: number;
  grants: readonly RoleGrant[];
}

/** The first values of a channel. The client puts keys and guardians in ascending order; 16 each at most, none twice. */
export interface ChannelSetupFields {
  hardware: Hex;
  releaseKeys: readonly Hex[];
  threshold: number;
  guardians?: readonly Hex[];
  /** Default: no board counts. */
  manufactureRoot?: Hex;
  /** Default 3. */
  haltThreshold?: number;
}

/** An event of ours, with its members as viem decodes them. */
export interface EventFacts {
  address: Hex;
  name: string;
  values: Record<string, unknown>;
  blockNumber: number;
}

/** A transaction that went through. */
export interface Sent {
  transactionHash: Hex;
  blockNumber: number;
  gasUsed: number;
  /** Events of ours in it, in order. */
  events: Omit<EventFacts, 'blockNumber'>[];
}
