/**
 * A sync committee by root: all its keys as one root, and their sum. Together they are what the beacon state
 * commits to (`SyncCommittee`, consensus-specs, altair/beacon-chain.md); 80 bytes instead of 24,624.
 */

import type { RecordField, RecordReader } from '../bytes/record.js';
import { type Hashing, hashPair } from './merkle.js';

/** A committee as a state keeps it. */
export interface Committee {
  /** 32 bytes: the root over the public keys. */
  keysRoot: Uint8Array;
  /** 48 bytes: the sum of all keys, compressed. */
  aggregate: Uint8Array;
}

/** The node of a public key (48 bytes) in an SSZ tree: two chunks of 32 bytes, the last 16 zero. */
export function keyNode(crypto: Hashing, key: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(32);
  chunk.set(key.subarray(32));
  return hashPair(crypto, key.subarray(0, 32), chunk);
}

/** The root of the whole `SyncCommittee`: its keys, and their sum. */
export const committeeRoot = (crypto: Hashing, committee: Committee): Uint8Array =>
  hashPair(crypto, committee.keysRoot, keyNode(crypto, committee.aggregate));

/** The fields of a committee in a record. */
export const committeeFields = (committee: Committee): RecordField[] => [
  committee.keysRoot,
  committee.aggregate,
];

/** Reads what `committeeFields` gave; ask the reader whether it was there. */
export const readCommittee = (reader: RecordReader): Committee => ({
  keysRoot: reader.fixed(32),
  aggregate: reader.fixed(48),
});

/** True when the member at `position` signed. `bits` is an SSZ Bitvector: bit i % 8 (the lowest is 0) of byte i / 8. */
export const isPresent = (bits: Uint8Array, position: number): boolean =>
  ((bits[position >> 3] >> (position & 7)) & 1) === 1;

/** The count of members that signed. */
export function countPresent(bits: Uint8Array): number {
  let count = 0;
  for (let position = 0; position < bits.length * 8; position++) if (isPresent(bits, position)) count++;
  return count;
}

/** True for at least two thirds, as finality asks. */
export const isSupermajority = (present: number, committeeSize: number): boolean =>
  present * 3 >= committeeSize * 2;
