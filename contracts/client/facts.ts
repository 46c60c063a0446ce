/** What the contracts hold, as plain values. Times are unix seconds. */
import type { Hex } from '../addresses.js';

export const STATUSES = ['None', 'Provisioned', 'Active', 'Suspended', 'Stolen', 'Retired'] as const;
export type StatusName = (typeof STATUSES)[number];

export const ROLES = ['Commander', 'Releaser', 'Guardian', 'Provisioner'] as const;
export type RoleName = (typeof ROLES)[number];

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
  approval: Hex;
  pendingOwner: Hex;
}

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

export interface PublishedRelease {
  version: number;
  imageSha256: Hex;
  size: number;
  manifestHash: Hex;
  floor: number;
  /** With which it was published. */
  rollout: number;
  withdrawn: boolean;
  blockNumber: number;
}

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

export interface PossessionFields {
  board: Hex;
  owner: Hex;
  fleet: Hex;
  channel: Hex;
  trustConfiguration: Hex;
  deadline: number;
}

export interface RoleGrant {
  role: RoleName;
  account: Hex;
  expiry: number;
}

export interface FleetSetupFields {
  signers: readonly Hex[];
  threshold: number;
  checkpointKeys?: readonly Hex[];
  checkpointThreshold?: number;
  grants: readonly RoleGrant[];
}

export interface ChannelSetupFields {
  hardware: Hex;
  releaseKeys: readonly Hex[];
  threshold: number;
  guardians?: readonly Hex[];
  manufactureRoot?: Hex;
  haltThreshold?: number;
}

/** A transaction that went through. */
export interface Sent {
  transactionHash: Hex;
  blockNumber: number;
  gasUsed: number;
  /** Events of ours in it, in order. */
  events: { address: Hex; name: string; values: Record<string, unknown> }[];
}
