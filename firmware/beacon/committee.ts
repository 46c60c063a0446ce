/**
 * A sync committee by root: all its keys as one root, and their sum. Together they are what the beacon state
 * commits to (`SyncCommittee`, consensus-specs, altair/beacon-chain.md); 80 bytes instead of 24,624.
 */

import type { RecordField, RecordReader } from '../bytes/record.js';
import { type Hashing, hashPair } from './merkle.js';

export interface Committee {
  /** 32 bytes: the root over the public keys. */
  keysRoot: Uint8Array;
  /** 48 bytes: the sum of all keys, compressed. */
  aggregate: Uint8Array;
}

/** A public key as a node: two chunks, the second half empty. */
export function keyNode(crypto: Hashing, key: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(32);
  chunk.set(key.subarray(32));
  return hashPair(crypto, key.subarray(0, 32), chunk);
}

/** The root of the whole `SyncCommittee`. */
export const committeeRoot = (crypto: Hashing, committee: Committee): Uint8Array =>
  hashPair(crypto, committee.keysRoot, keyNode(crypto, committee.aggregate));

export const committeeFields = (committee: Committee): RecordField[] => [
  committee.keysRoot,
  committee.aggregate,
];

export const readCommittee = (reader: RecordReader): Committee => ({
  keysRoot: reader.fixed(32),
  aggregate: reader.fixed(48),
});

/** Whether the member at `position` signed: SSZ's Bitvector, bit i % 8 of byte i / 8, the lowest bit first. */
export const isPresent = (bits: Uint8Array, position: number): boolean =>
  ((bits[position >> 3] >> (position & 7)) & 1) === 1;

export function countPresent(bits: Uint8Array): number {
  let count = 0;
  for (let position = 0; position < bits.length * 8; position++) if (isPresent(bits, position)) count++;
  return count;
}

/** At least two thirds, as finality asks. */
export const isSupermajority = (present: number, committeeSize: number): boolean =>
  present * 3 >= committeeSize * 2;
