/** Facts of the contracts, read from proven words by the layout that the compiler generated. */

import { readNumber, wordFromNumber } from '../bytes/bigEndian.js';
import { fromHex } from '../bytes/hex.js';
import type { Crypto } from '../port/crypto.js';
import { mappingSlot, slotKey } from '../proof/slots.js';
import { addresses } from './addresses.generated.js';
import { channelLayout, deviceLayout, fleetLayout, type StorageVariable } from './layout.generated.js';

/** Words of one account, in the order in which their slots were asked for. */
export type Words = readonly Uint8Array[];

const deviceCode = fromHex(addresses.deviceCodeHash, 32)!;
const fleetCode = fromHex(addresses.fleetCodeHash, 32)!;
const channelCode = fromHex(addresses.channelCodeHash, 32)!;

/** The hash of a genuine clone's code, 32 bytes for each contract, not to be written to. */
export const codeHash = {
  device: (): Uint8Array => deviceCode,
  fleet: (): Uint8Array => fleetCode,
  channel: (): Uint8Array => channelCode,
};

const part = (word: Uint8Array, variable: StorageVariable): Uint8Array =>
  word.slice(32 - variable.offset - variable.bytes, 32 - variable.offset);
const numberIn = (word: Uint8Array, variable: StorageVariable): number =>
  readNumber(word, 32 - variable.offset - variable.bytes, variable.bytes) ?? 0;

/** The key (32 bytes) of a variable's slot. */
export const slotOf = (variable: StorageVariable): Uint8Array => slotKey(variable.slot);

export const DeviceStatus = {
  active: 2,
  suspended: 3,
  stolen: 4,
  retired: 5,
  nameOf: (status: number): string =>
    ['unregistered', 'provisioned', 'active', 'suspended', 'stolen', 'retired'][status] ?? `status ${status}`,
} as const;

export interface DeviceFacts {
  /** Address of the board's key. */
  key: Uint8Array;
  status: number;
  sequence: number;
  epoch: number;
  head: Uint8Array;
  owner: Uint8Array;
  fleet: Uint8Array;
}

/** Made once: of each that is proven, what was proven before and what is asked for now name the same ones. */
const deviceKeys: readonly Uint8Array[] = [
  deviceLayout.key,
  deviceLayout.head,
  deviceLayout.owner,
  deviceLayout.fleet,
].map(slotOf);
const policyKey = slotOf(fleetLayout.paused);

/** Device{0, 1, 2, 3}: what a routine command proves. Not to be written to. */
export const deviceSlots = (): readonly Uint8Array[] => deviceKeys;

/** The words of `deviceSlots`, in their order. The words are proven, so every value of them is one. */
export function readDevice([state, head, owner, fleet]: Words): DeviceFacts {
  return {
    key: part(state, deviceLayout.key),
    status: numberIn(state, deviceLayout.status),
    sequence: numberIn(state, deviceLayout.sequence),
    epoch: numberIn(state, deviceLayout.epoch),
    head,
    owner: part(owner, deviceLayout.owner),
    fleet: part(fleet, deviceLayout.fleet),
  };
}

/** Device{0, 2, 3, 4, 5}: what an update proves of it. */
export const deviceUpdateSlots = (): Uint8Array[] =>
  [deviceLayout.key, deviceLayout.owner, deviceLayout.fleet, deviceLayout.channel, deviceLayout.approval].map(
    slotOf,
  );

export interface DeviceUpdateFacts {
  key: Uint8Array;
  status: number;
  owner: Uint8Array;
  fleet: Uint8Array;
  /** Of the line that was asked for; zero where an app line has none. */
  channel: Uint8Array;
  approval: Uint8Array;
}

/** The words of `deviceUpdateSlots`, in their order; those of either line lie alike in their words. */
export function readDeviceUpdate([state, owner, fleet, channel, approval]: Words): DeviceUpdateFacts {
  return {
    key: part(state, deviceLayout.key),
    status: numberIn(state, deviceLayout.status),
    owner: part(owner, deviceLayout.owner),
    fleet: part(fleet, deviceLayout.fleet),
    channel: part(channel, deviceLayout.channel),
    approval,
  };
}

export interface FleetPolicy {
  address: Uint8Array;
  paused: boolean;
  epoch: number;
}

/** One more slot of a Fleet that a decision needs, and its name in a trail. */
export interface FleetSlot {
  name: string;
  /** 32 bytes. */
  key: Uint8Array;
}

/** `listing` is the key in the mapping of delegates. */
export const listingSlot = (crypto: Crypto, listing: Uint8Array): FleetSlot => ({
  name: 'delegate',
  key: mappingSlot(crypto, slotOf(fleetLayout.delegates), listing),
});

/** Fleet{batchHead}: what a batch proves beside the policy. */
export const batchHeadSlot = (): FleetSlot => ({ name: 'batch head', key: slotOf(fleetLayout.batchHead) });

/** Fleet{checkpointKeys}: the hash of the set that signs checkpoints. */
export const checkpointKeysSlot = (): FleetSlot => ({
  name: 'checkpoint keys',
  key: slotOf(fleetLayout.checkpointKeys),
});

/** Fleet{policy}, and one more slot if it is asked for. Not to be written to. */
export const fleetSlots = (slot?: FleetSlot): Uint8Array[] => (slot ? [policyKey, slot.key] : [policyKey]);

/** The first word of `fleetSlots` of the Fleet at `address`, 20 bytes. */
export const readFleet = (address: Uint8Array, [policy]: Words): FleetPolicy => ({
  address,
  paused: numberIn(policy, fleetLayout.paused) !== 0,
  epoch: numberIn(policy, fleetLayout.epoch),
});

export interface ChannelFacts {
  newest: number;
  floor: number;
  /** Boards per mille that may take the newest version. */
  rollout: number;
  flags: number;
  hardware: Uint8Array;
  /** Of one version: zero (not published), one (withdrawn), else the commitment to hash, size and manifest. */
  record: Uint8Array;
}

/** ReleaseChannel{rollout, hardware, record of that version}: what an update proves of the vendor. */
export const channelSlots = (crypto: Crypto, version: number): Uint8Array[] => [
  slotOf(channelLayout.newest),
  slotOf(channelLayout.hardware),
  mappingSlot(crypto, slotOf(channelLayout.records), wordFromNumber(version)),
];

/** The words of `channelSlots`, in their order. */
export function readChannel([rollout, hardware, record]: Words): ChannelFacts {
  return {
    newest: numberIn(rollout, channelLayout.newest),
    floor: numberIn(rollout, channelLayout.floor),
    rollout: numberIn(rollout, channelLayout.rollout),
    flags: numberIn(rollout, channelLayout.flags),
    hardware,
    record,
  };
}
