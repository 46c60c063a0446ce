/** A crash receipt: a board's signed word on how a run of an image ended, as it sends it and its reader checks it. */

import { encodeRecord, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { type Domain, typedDigest, typeHash } from '../contract/typedData.js';
import type { Crypto } from '../port/crypto.js';
import { CRASH_TEXT_BYTES_MAX, type CrashRecord } from '../store/crashRecord.js';

/** The EIP-712 type of a crash receipt. */
export const CRASH_TYPE =
  'Crash(uint64 number,uint32 count,uint8 reason,bytes32 imageHash,uint32 uptime,bytes text)';

/** The greatest size of a crash receipt. */
export const CRASH_RECEIPT_BYTES_MAX = 704;

const crashType = typeHash(CRASH_TYPE);

/**
 * A crash, or the same one some times in a row: numbers `number` to `number + count − 1`. A number that no receipt of the
 * board covers is a crash that was withheld, or pushed out of its flash before it was sent.
 */
export type Crash = Omit<CrashRecord, 'told'>;

/** A crash with the board's signature (65 bytes) over `crashHash`. */
export interface SignedCrash {
  crash: Crash;
  signature: Uint8Array;
}

/** The EIP-712 digest of a crash: 32 bytes. */
export const crashHash = (crypto: Crypto, domain: Domain, crash: Crash): Uint8Array =>
  typedDigest(
    crypto,
    domain,
    crashType,
    crash.number,
    crash.count,
    crash.reason,
    crash.imageHash,
    crash.uptime,
    crypto.keccak256(crash.text),
  );

/** A crash receipt as a record, `CRASH_RECEIPT_BYTES_MAX` at most. */
export const encodeCrash = ({ crash, signature }: SignedCrash): Uint8Array =>
  encodeRecord([
    crash.number,
    crash.count,
    crash.reason,
    crash.imageHash,
    crash.uptime,
    crash.text,
    signature,
  ]);

/**
 * Reads untrusted bytes of at most `CRASH_RECEIPT_BYTES_MAX`. Never throws; bytes of any other shape are `malformed`. The
 * signature is not checked here: recover its signer over `crashHash`.
 */
export function parseCrash(bytes: Uint8Array): Verdict<SignedCrash, 'malformed', never> {
  const reader = new RecordReader(bytes, CRASH_RECEIPT_BYTES_MAX);
  const crash = {
    number: reader.number(),
    count: reader.number(),
    reason: reader.number(255),
    imageHash: reader.fixed(32),
    uptime: reader.number(),
    text: reader.bytes(CRASH_TEXT_BYTES_MAX),
  };
  const signature = reader.fixed(65);
  return reader.end()
    ? accepted({ crash, signature })
    : rejected('malformed', `the ${bytes.length} bytes are no crash receipt`);
}
