/**
 * Checkpoints (L2): operators say which block is final, with m of n plain keys (EIP-712). A checkpoint may carry a
 * board's random challenge, or the Merkle root of many boards' challenges: then it is newer than the board's restart.
 */

import { equal } from '../bytes/equal.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { typedDigest, typeHash } from '../contract/typedData.js';
import type { Crypto } from '../port/crypto.js';
import { MERKLE_DEPTH_MAX, merkleRoot } from '../proof/merklePath.js';
import { SIGNATURES_BYTES_MAX } from './checkpointKeys.js';

/** The EIP-712 type; the domain's contract is the Fleet. */
export const CHECKPOINT_TYPE =
  'Checkpoint(uint32 fleetEpoch,uint64 number,bytes32 blockHash,uint64 timestamp,bytes32 challenge)';

const checkpointType = typeHash(CHECKPOINT_TYPE);

/** The statement that operators sign. */
export interface Checkpoint {
  /** The Fleet's address, 20 bytes. */
  fleet: Uint8Array;
  /** The epoch in the Fleet's policy, in that block. */
  fleetEpoch: number;
  number: number;
  /** 32 bytes. */
  blockHash: Uint8Array;
  /** Unix seconds, of the block. */
  timestamp: number;
  /** 32 bytes: a board's challenge, the root of many, or zero. */
  challenge: Uint8Array;
}

/** A checkpoint with its signatures, for one board. */
export interface SignedCheckpoint {
  checkpoint: Checkpoint;
  /** Siblings from the asking board's challenge up to the root, 32 bytes each; empty where there is no tree. */
  path: Uint8Array;
  /** One after the other, 65 bytes each. */
  signatures: Uint8Array;
}

/** Bytes of an encoded checkpoint. */
export const CHECKPOINT_BYTES_MAX = 2048;

/** The digest that operators sign, 32 bytes (EIP-712). */
export const checkpointHash = (crypto: Crypto, chainId: number, checkpoint: Checkpoint): Uint8Array =>
  typedDigest(
    crypto,
    { chainId, verifyingContract: checkpoint.fleet },
    checkpointType,
    checkpoint.fleetEpoch,
    checkpoint.number,
    checkpoint.blockHash,
    checkpoint.timestamp,
    checkpoint.challenge,
  );

/** True when the checkpoint was signed over this challenge (32 bytes), by itself or in a tree. */
export function answers(
  crypto: Pick<Crypto, 'keccak256'>,
  { checkpoint, path }: SignedCheckpoint,
  challenge: Uint8Array,
): boolean {
  if (equal(checkpoint.challenge, challenge)) return true;
  const siblings: Uint8Array[] = [];
  for (let at = 0; at < path.length; at += 32) siblings.push(path.slice(at, at + 32));
  return equal(merkleRoot(crypto, challenge, siblings), checkpoint.challenge);
}

/** The record of a signed checkpoint. */
export const encodeCheckpoint = ({ checkpoint, path, signatures }: SignedCheckpoint): Uint8Array =>
  encodeRecord([
    checkpoint.fleet,
    checkpoint.fleetEpoch,
    checkpoint.number,
    checkpoint.blockHash,
    checkpoint.timestamp,
    checkpoint.challenge,
    path,
    signatures,
  ]);

/** Reads what `encodeCheckpoint` gave. Untrusted bytes of any length; no signature is verified yet. */
export function parseCheckpoint(bytes: Uint8Array): Verdict<SignedCheckpoint, 'malformed', never> {
  const reader = new RecordReader(bytes, CHECKPOINT_BYTES_MAX);
  const checkpoint: Checkpoint = {
    fleet: reader.fixed(20),
    fleetEpoch: reader.number(0xffffffff),
    number: reader.number(),
    blockHash: reader.fixed(32),
    timestamp: reader.number(),
    challenge: reader.fixed(32),
  };
  const path = reader.bytes(32 * MERKLE_DEPTH_MAX);
  const signatures = reader.bytes(SIGNATURES_BYTES_MAX);
  if (!reader.end() || path.length % 32 !== 0 || signatures.length % 65 !== 0)
    return rejected('malformed', 'no checkpoint');
  return accepted({ checkpoint, path, signatures });
}
