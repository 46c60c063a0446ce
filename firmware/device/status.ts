/** The signed status: what a board says of itself at every start, so that tools can address it. */

import { type Domain, typedDigest, typeHash } from '../contract/typedData.js';
import type { Crypto } from '../port/crypto.js';
import { accepted, rejected, type Verdict } from '../proof/verdict.js';
import { encodeRecord, RecordReader } from '../wire/record.js';

export const STATUS_TYPE =
  'Status(bytes32 challenge,bytes32 trustConfiguration,bytes32 imageHash,uint32 version,uint32 epoch,' +
  'uint32 sequence,uint64 storeBirth,uint64 receiptCounter,bytes32 receiptHead,bytes sealingKey)';

const statusType = typeHash(STATUS_TYPE);

export interface Status {
  /** 32 random bytes of this boot; an anchored envelope that carries them proves that its head is new. */
  challenge: Uint8Array;
  /** Hash of the trust configuration. */
  trustConfiguration: Uint8Array;
  /** SHA-256 of the bytes that execute. */
  imageHash: Uint8Array;
  version: number;
  epoch: number;
  /** Last consumed direct sequence. */
  sequence: number;
  storeBirth: number;
  receiptCounter: number;
  receiptHead: Uint8Array;
  /** Compressed public key for sealed envelopes, or empty while the board takes none. */
  sealingKey: Uint8Array;
}

export function statusHash(crypto: Crypto, domain: Domain, status: Status): Uint8Array {
  return typedDigest(
    crypto,
    domain,
    statusType,
    status.challenge,
    status.trustConfiguration,
    status.imageHash,
    status.version,
    status.epoch,
    status.sequence,
    status.storeBirth,
    status.receiptCounter,
    status.receiptHead,
    crypto.keccak256(status.sealingKey),
  );
}

/** A status with the board's signature (65 bytes). */
export interface SignedStatus {
  status: Status;
  signature: Uint8Array;
}

export const encodeStatus = ({ signature, status }: SignedStatus): Uint8Array =>
  encodeRecord([
    status.challenge,
    status.trustConfiguration,
    status.imageHash,
    status.version,
    status.epoch,
    status.sequence,
    status.storeBirth,
    status.receiptCounter,
    status.receiptHead,
    status.sealingKey,
    signature,
  ]);

export function parseStatus(bytes: Uint8Array): Verdict<SignedStatus, 'malformed', never> {
  const reader = new RecordReader(bytes, 512);
  const status = {
    challenge: reader.fixed(32),
    trustConfiguration: reader.fixed(32),
    imageHash: reader.fixed(32),
    version: reader.number(),
    epoch: reader.number(),
    sequence: reader.number(),
    storeBirth: reader.number(),
    receiptCounter: reader.number(),
    receiptHead: reader.fixed(32),
    sealingKey: reader.bytes(33),
  };
  const signature = reader.fixed(65);
  return reader.end() ? accepted({ status, signature }) : rejected('malformed', 'no status');
}
