/** Envelopes and receipts as they travel: untrusted bytes in, typed values or nothing out. */

import { accepted, rejected, type Verdict } from '../proof/verdict.js';
import { encodeRecord, type RecordField, RecordReader } from '../wire/record.js';
import type { Envelope } from './envelope.js';
import { outcomes, type Receipt } from './receipt.js';

/** Greatest size of a delivery on any path. */
export const MAXIMUM_DELIVERY = 2048;
const UINT32 = 0xffffffff;

/** An envelope with what goes beside it: a delegate's signature (65 bytes), else nothing. */
export interface Delivery {
  envelope: Envelope;
  signature: Uint8Array;
}

export const encodeEnvelope = (envelope: Envelope): RecordField[] => [
  envelope.authority,
  envelope.device,
  envelope.sequence,
  envelope.epoch,
  envelope.fleetEpoch,
  envelope.notBefore,
  envelope.notAfter,
  envelope.class,
  envelope.challenge,
  envelope.follows,
  envelope.action,
  envelope.params,
  envelope.operator,
  envelope.salt,
];

export const encodeDelivery = (delivery: Delivery): Uint8Array =>
  encodeRecord([encodeEnvelope(delivery.envelope), delivery.signature]);

export function parseDelivery(bytes: Uint8Array): Verdict<Delivery, 'malformed', never> {
  const reader = new RecordReader(bytes, MAXIMUM_DELIVERY);
  const fields = reader.list();
  const envelope: Envelope = {
    authority: fields.number(2),
    device: fields.fixed(20),
    sequence: fields.number(),
    epoch: fields.number(UINT32),
    fleetEpoch: fields.number(UINT32),
    notBefore: fields.number(),
    notAfter: fields.number(),
    class: fields.number(1),
    challenge: fields.fixed(32),
    follows: fields.number(UINT32),
    action: fields.text(64),
    params: fields.bytes(512),
    operator: fields.fixed(20),
    salt: fields.fixed(32),
  };
  const signature = reader.bytes(65);
  if (!fields.end() || !reader.end() || (signature.length !== 0 && signature.length !== 65)) {
    return rejected('malformed', `${bytes.length} bytes that are no envelope`);
  }
  return accepted({ envelope, signature });
}

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
  const reader = new RecordReader(bytes, MAXIMUM_DELIVERY);
  const fields = reader.list();
  const signed = readReceipt(fields);
  const result = reader.bytes(512);
  if (!fields.end() || !reader.end())
    return rejected('malformed', `${bytes.length} bytes that are no receipt`);
  return accepted({ ...signed, result });
}
