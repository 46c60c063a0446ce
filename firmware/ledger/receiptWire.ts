/** Receipts as they travel and as they are stored. */

import { encodeRecord, type RecordField, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { outcomes, type Receipt } from './receipt.js';

/** The greatest size of a published receipt. */
export const RECEIPT_BYTES_MAX = 1536;

/** The greatest result that is read beside a receipt: sealed it has the smallest size of a sealed message. */
export const RESULT_READ_BYTES_MAX = 1024;

/** A receipt with the board's signature. */
export interface SignedReceipt {
  receipt: Receipt;
  /** 65 bytes, by the board's key over `receiptHash`. */
  signature: Uint8Array;
}

/** The fields of a receipt and its signature, in the order of the wire. */
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

/** Reads what `receiptFields` gave. The caller asks the reader whether all was well. */
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

/** A receipt as published, with the result whose hash it holds. */
export interface PublishedReceipt extends SignedReceipt {
  /** CBOR, empty when there is none; or the same sealed to the reply key of the envelope's sender. */
  result: Uint8Array;
}

/** A published receipt as a record, `RECEIPT_BYTES_MAX` at most. */
export const encodePublishedReceipt = (published: PublishedReceipt): Uint8Array =>
  encodeRecord([receiptFields(published), published.result]);

/**
 * Reads untrusted bytes of at most `RECEIPT_BYTES_MAX`. Never throws; bytes of any other shape are `malformed`. The
 * signature is not checked here: recover its signer over `receiptHash`.
 */
export function parsePublishedReceipt(bytes: Uint8Array): Verdict<PublishedReceipt, 'malformed', never> {
  const reader = new RecordReader(bytes, RECEIPT_BYTES_MAX);
  const fields = reader.list();
  const signed = readReceipt(fields);
  const result = reader.bytes(RESULT_READ_BYTES_MAX);
  if (!fields.end() || !reader.end())
    return rejected('malformed', `the ${bytes.length} bytes are not a receipt`);
  return accepted({ ...signed, result });
}
