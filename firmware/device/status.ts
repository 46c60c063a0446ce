/** The signed status: what a board says of itself at every start, so that tools can address it. */

import { encodeRecord, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { type Domain, typedDigest, typeHash } from '../contract/typedData.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Crypto } from '../port/crypto.js';
import type { Floors } from '../trust/floors.js';
import type { Level } from '../trust/level.js';
import type { Identity } from './identity.js';
import type { Image } from './image.js';

export const STATUS_TYPE =
  'Status(bytes32 challenge,bytes32 trustConfiguration,bytes32 imageHash,uint32 version,uint32 epoch,' +
  'uint32 sequence,uint64 storeBirth,uint64 receiptCounter,bytes32 receiptHead,bytes sealingKey,' +
  'uint8 level,uint64 finalized)';

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
  /** Least level of header trust that commands go by, as it is in force. */
  level: number;
  /** Number of the newest block that is final at that level or a stronger one, as the board knows; 0 for none. */
  finalized: number;
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
    status.level,
    status.finalized,
  );
}

/** A status with the board's signature (65 bytes). */
export interface SignedStatus {
  status: Status;
  signature: Uint8Array;
}

/** What the board is, signed by its key. */
export function signStatus(options: {
  challenge: Uint8Array;
  crypto: Crypto;
  domain: Domain;
  floors: Floors;
  identity: Identity;
  image: Image;
  ledger: Ledger;
  /** Least level that commands go by. */
  level: Level;
}): SignedStatus {
  const { challenge, crypto, domain, floors, identity, image, ledger, level } = options;
  const status: Status = {
    challenge,
    trustConfiguration: identity.configurationHash,
    imageHash: image.sha256,
    version: image.version,
    epoch: ledger.position.epoch,
    sequence: ledger.position.sequence,
    storeBirth: ledger.birth ?? 0,
    receiptCounter: ledger.receiptCounter,
    receiptHead: ledger.receiptHead,
    sealingKey: new Uint8Array(0),
    level,
    finalized: floors.finalized(level),
  };
  return { status, signature: crypto.sign(statusHash(crypto, domain, status), identity.privateKey) };
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
    status.level,
    status.finalized,
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
    level: reader.number(4),
    finalized: reader.number(),
  };
  const signature = reader.fixed(65);
  return reader.end() ? accepted({ status, signature }) : rejected('malformed', 'no status');
}
