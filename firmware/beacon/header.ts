/** `BeaconBlockHeader` (consensus-specs, phase0/beacon-chain.md): the same five fields in every fork. */

import type { RecordField, RecordReader } from '../bytes/record.js';
import { type Hashing, hashPair, numberNode } from './merkle.js';

/** A beacon block without its body. */
export interface BeaconHeader {
  slot: number;
  /** Index of the validator that made the block. */
  proposer: number;
  /** 32 bytes, as the next two. */
  parentRoot: Uint8Array;
  stateRoot: Uint8Array;
  bodyRoot: Uint8Array;
}

/** The root of the five fields, 32 bytes: the name of the block, which committees sign and checkpoints give. */
export function headerRoot(crypto: Hashing, header: BeaconHeader): Uint8Array {
  const nothing = new Uint8Array(32);
  const nothingAbove = hashPair(crypto, nothing, nothing);
  const numbers = hashPair(crypto, numberNode(header.slot), numberNode(header.proposer));
  const roots = hashPair(crypto, header.parentRoot, header.stateRoot);
  const body = hashPair(crypto, header.bodyRoot, nothing);
  return hashPair(crypto, hashPair(crypto, numbers, roots), hashPair(crypto, body, nothingAbove));
}

/** The fields of a header in a record. */
export const headerFields = (header: BeaconHeader): RecordField => [
  header.slot,
  header.proposer,
  header.parentRoot,
  header.stateRoot,
  header.bodyRoot,
];

/** Reads what `headerFields` gave; undefined when it is not a header. */
export function readHeader(reader: RecordReader): BeaconHeader | undefined {
  const list = reader.list();
  const header = {
    slot: list.number(),
    proposer: list.number(),
    parentRoot: list.fixed(32),
    stateRoot: list.fixed(32),
    bodyRoot: list.fixed(32),
  };
  return list.end() ? header : undefined;
}
