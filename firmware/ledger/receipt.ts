/** Receipts: a board's signed, counted and chained statements of what it did with an envelope. */

import { type Domain, hashText, typedDigest, typeHash } from '../contract/typedData.js';
import type { Crypto } from '../port/crypto.js';

/** The EIP-712 type of a receipt. */
export const RECEIPT_TYPE =
  'Receipt(uint64 storeBirth,uint64 counter,bytes32 previous,bytes32 envelopeHash,uint8 outcome,string code,' +
  'bytes32 resultHash,bytes32 imageHash,uint64 blockNumber,bytes32 blockHash)';

const receiptType = typeHash(RECEIPT_TYPE);

/** The outcomes in the order of their numbers on the wire. */
export const outcomes = [
  'none',
  'done',
  'failed',
  'expired',
  'refused',
  'interrupted',
  'reorged',
  'voided',
] as const;

/** The outcome that a receipt states. */
export type Outcome = (typeof outcomes)[number];

/** One receipt. Hashes are 32 bytes. */
export interface Receipt {
  /** Unix seconds of the proof of now that the journal began with; 0 for a board's first. */
  storeBirth: number;
  /** 1, 2, 3, … within a journal, so that a gap shows. */
  counter: number;
  /** The hash of the receipt before; zero for the first. */
  previous: Uint8Array;
  /** The envelope's hash; for an update the approval hash. */
  envelopeHash: Uint8Array;
  outcome: Outcome;
  /** The reason in the protocol's words, 32 bytes at most; empty when done. */
  code: string;
  /** keccak256 of the result's CBOR; zero when there is none. */
  resultHash: Uint8Array;
  /** SHA-256 of the image that ran. */
  imageHash: Uint8Array;
  /** The trusted block that the decision rests on; 0 and zero when none was seen since the restart. */
  blockNumber: number;
  blockHash: Uint8Array;
}

/** The EIP-712 digest of a receipt: 32 bytes, which the board signs and the next receipt names as `previous`. */
export function receiptHash(crypto: Crypto, domain: Domain, receipt: Receipt): Uint8Array {
  return typedDigest(
    crypto,
    domain,
    receiptType,
    receipt.storeBirth,
    receipt.counter,
    receipt.previous,
    receipt.envelopeHash,
    outcomes.indexOf(receipt.outcome),
    hashText(crypto, receipt.code),
    receipt.resultHash,
    receipt.imageHash,
    receipt.blockNumber,
    receipt.blockHash,
  );
}
