/** Receipts: a board's signed, counted and chained statements of what it did with an envelope. */

import { type Domain, hashText, typedDigest, typeHash } from '../contract/typedData.js';
import type { Crypto } from '../port/crypto.js';

export const RECEIPT_TYPE =
  'Receipt(uint64 storeBirth,uint64 counter,bytes32 previous,bytes32 envelopeHash,uint8 outcome,string code,' +
  'bytes32 resultHash,bytes32 imageHash,uint64 blockNumber,bytes32 blockHash)';

const receiptType = typeHash(RECEIPT_TYPE);

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

export type Outcome = (typeof outcomes)[number];

export interface Receipt {
  /** Unix seconds of the proof of now with which the store began; 0 for a board's first store. */
  storeBirth: number;
  /** 1, 2, 3, … within a store, so that a gap shows. */
  counter: number;
  /** Hash of the receipt before, zero for the first. */
  previous: Uint8Array;
  /** For an update: the approval hash. */
  envelopeHash: Uint8Array;
  outcome: Outcome;
  /** Why, in the protocol's words; empty when done. At most 32 bytes. */
  code: string;
  /** keccak256 of the result's CBOR, or zero when there is none. */
  resultHash: Uint8Array;
  /** SHA-256 of the image that ran. */
  imageHash: Uint8Array;
  /** The trusted block the decision rests on; 0 and zero when none was seen since the restart. */
  blockNumber: number;
  blockHash: Uint8Array;
}

/** 32 bytes: what the board signs, and what the next receipt names as `previous`. */
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
