/** A batch of telemetry, as the board signs it and its reader checks it. */

import { REPORTS_BYTES_MAX } from '../app/reports.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { type Domain, typedDigest, typeHash } from '../contract/typedData.js';
import type { Crypto } from '../port/crypto.js';

/** The EIP-712 type of a batch. */
export const TELEMETRY_TYPE =
  'Telemetry(uint64 counter,bytes32 imageHash,uint64 began,bool proven,uint32 dropped,bytes reports)';

/** The greatest size of a signed batch. */
export const TELEMETRY_BYTES_MAX = 640;

/** Batches of one start of a board: the counter is so many for each start, and one for each batch of it. */
export const BATCHES_OF_A_START = 2 ** 32;

const telemetryType = typeHash(TELEMETRY_TYPE);

/** Reports that were made together. */
export interface TelemetryBatch {
  /**
   * Start × 2^32 + number, both from 1. A number that is missing was pushed out of the ring while nobody was reached. A
   * new start says that what the board had not made a batch of, or sent, is lost.
   */
  counter: number;
  /** SHA-256 of the image that ran, 32 bytes. */
  imageHash: Uint8Array;
  /** Unix seconds of the first report by the board's clock for commands; 0 when it has none. */
  began: number;
  /** True when that clock was proven in this start; else it is a time that the board was shown before, and lags. */
  proven: boolean;
  /** Reports that found no room before this batch. */
  dropped: number;
  /** CBOR: by name, a list of milliseconds after the first and value, one pair after the other. */
  reports: Uint8Array;
}

/** A batch with the board's signature (65 bytes) over `telemetryHash`. */
export interface SignedBatch {
  batch: TelemetryBatch;
  signature: Uint8Array;
}

/** The EIP-712 digest of a batch: 32 bytes. */
export const telemetryHash = (crypto: Crypto, domain: Domain, batch: TelemetryBatch): Uint8Array =>
  typedDigest(
    crypto,
    domain,
    telemetryType,
    batch.counter,
    batch.imageHash,
    batch.began,
    batch.proven ? 1 : 0,
    batch.dropped,
    crypto.keccak256(batch.reports),
  );

/** A signed batch as a record, `TELEMETRY_BYTES_MAX` at most. */
export const encodeBatch = ({ batch, signature }: SignedBatch): Uint8Array =>
  encodeRecord([
    batch.counter,
    batch.imageHash,
    batch.began,
    batch.proven ? 1 : 0,
    batch.dropped,
    batch.reports,
    signature,
  ]);

/**
 * Reads untrusted bytes of at most `TELEMETRY_BYTES_MAX`. Never throws; bytes of any other shape are `malformed`. The
 * signature is not checked here: recover its signer over `telemetryHash`.
 */
export function parseBatch(bytes: Uint8Array): Verdict<SignedBatch, 'malformed', never> {
  const reader = new RecordReader(bytes, TELEMETRY_BYTES_MAX);
  const batch = {
    counter: reader.number(),
    imageHash: reader.fixed(32),
    began: reader.number(),
    proven: reader.number(1) === 1,
    dropped: reader.number(),
    reports: reader.bytes(REPORTS_BYTES_MAX),
  };
  const signature = reader.fixed(65);
  return reader.end()
    ? accepted({ batch, signature })
    : rejected('malformed', `the ${bytes.length} bytes are no batch of telemetry`);
}
