/**
 * L2: operators say which block is final, m of n plain keys (EIP-712). A checkpoint may carry a board's random
 * challenge, or the Merkle root of many boards' challenges: then it is newer than that board's last restart.
 */

import { equal } from '../bytes/equal.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { typedDigest, typeHash } from '../contract/typedData.js';
import type { Crypto } from '../port/crypto.js';
import { MERKLE_DEPTH_MAX, merkleRoot } from '../proof/merklePath.js';
import { SIGNATURES_BYTES_MAX } from './checkpointKeys.js';

/** The domain's contract is the Fleet. */
export const CHECKPOINT_TYPE =
  'Checkpoint(uint32 fleetEpoch,uint64 number,bytes32 blockHash,uint64 timestamp,bytes32 challenge)';

const checkpointType = typeHash(CHECKPOINT_TYPE);

export interface Checkpoint {
  /** 20 bytes. */
  fleet: Uint8Array;
  /** As the Fleet's policy says in that block. */
  fleetEpoch: number;
  number: number;
  blockHash: Uint8Array;
  /** Unix seconds, of the block. */
  timestamp: number;
  /** A board's challenge, the root of many, or zero. */
  challenge: Uint8Array;
}

export interface SignedCheckpoint {
  checkpoint: Checkpoint;
  /** From the leaf of the asking board's challenge up to the root: 32 bytes each; empty where there is no tree. */
  path: Uint8Array;
  /** 65 bytes each. */
  signatures: Uint8Array;
}

export const CHECKPOINT_BYTES_MAX = 2048;

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

/** Whether the checkpoint was signed over this challenge, by itself or in a tree. */
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
