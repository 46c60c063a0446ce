/** Receipts as they travel and as they are stored. */

import { encodeRecord, type RecordField, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { outcomes, type Receipt } from './receipt.js';

/** Greatest size of a published receipt. */
export const RECEIPT_BYTES_MAX = 1024;

/** A receipt with the board's signature (65 bytes). */
export interface SignedReceipt {
  receipt: Receipt;
  signature: Uint8Array;
}

export const receiptFields = ({ receipt, signature }: SignedReceipt): RecordField[] => [
  receipt.storeBirth,
  receipt.counter,
  receipt.previous,
  receipt.envelopeHash,
  outcomes.indexOf(receipt.outcome),
  receipt.code,
  receipt.resultHash,
  receipt.imageHash,
  receipt.blockNumber,
  receipt.blockHash,
  signature,
];

export function readReceipt(fields: RecordReader): SignedReceipt {
  return {
    receipt: {
      storeBirth: fields.number(),
      counter: fields.number(),
      previous: fields.fixed(32),
      envelopeHash: fields.fixed(32),
      outcome: outcomes[fields.number(outcomes.length - 1)],
      code: fields.text(32),
      resultHash: fields.fixed(32),
      imageHash: fields.fixed(32),
      blockNumber: fields.number(),
      blockHash: fields.fixed(32),
    },
    signature: fields.fixed(65),
  };
}

/** A receipt as published, with the result that it hashes. */
export interface PublishedReceipt extends SignedReceipt {
  /** CBOR, empty when there is none. */
  result: Uint8Array;
}

export const encodePublishedReceipt = (published: PublishedReceipt): Uint8Array =>
  encodeRecord([receiptFields(published), published.result]);

export function parsePublishedReceipt(bytes: Uint8Array): Verdict<PublishedReceipt, 'malformed', never> {
  const reader = new RecordReader(bytes, RECEIPT_BYTES_MAX);
  const fields = reader.list();
  const signed = readReceipt(fields);
  const result = reader.bytes(512);
  if (!fields.end() || !reader.end())
    return rejected('malformed', `${bytes.length} bytes that are no receipt`);
  return accepted({ ...signed, result });
}
