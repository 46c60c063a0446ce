/** The ledger's records in flash. Fixed for ever: a newer image reads what an older one wrote. */

import type { RecordField, RecordReader } from '../bytes/record.js';
import { type PublishedReceipt, RESULT_READ_BYTES_MAX, readReceipt, receiptFields } from './receiptWire.js';

/** A place in a Device's chain of links. */
export interface Position {
  epoch: number;
  sequence: number;
  /** 32 bytes. */
  head: Uint8Array;
  /** A block that has the link. Of the settled position also one after which every later link lies. */
  block: number;
  /** Level of header trust of the head that proved the position, 1 to 4; 1 if left out. */
  level?: number;
}

/** An envelope that ran on a head which the chain may still take back. */
export interface Ran {
  sequence: number;
  /** 32 bytes. */
  envelopeHash: Uint8Array;
  /** 32 bytes: the head that the envelope's link made. */
  head: Uint8Array;
  /** True once the chain took the link back and a receipt said so; the envelope must not run again all the same. */
  reorged: boolean;
}

/** The greatest number of envelopes that run before a final head confirms them. */
export const RAN_ENVELOPES_MAX = 8;

/** A block that a decision rests on. */
export interface BlockSeen {
  number: number;
  /** 32 bytes. */
  hash: Uint8Array;
}

/** The greatest action name and params in a record; an envelope's have the same limits. */
const ACTION_BYTES_MAX = 64;
const PARAMS_BYTES_MAX = 512;
const REPLY_KEY_BYTES_MAX = 33;

/** An envelope that was consumed and whose action has not ended. */
export interface InFlight {
  /** 32 bytes. */
  envelopeHash: Uint8Array;
  /** The direct sequence; 0 for an envelope outside the queue. */
  sequence: number;
  action: string;
  /** CBOR. */
  params: Uint8Array;
  /** The public key that its answer and result are sealed to; empty for none. */
  replyKey: Uint8Array;
  block: BlockSeen;
}

/** A receipt in the ring of stored receipts. */
export interface StoredReceipt extends PublishedReceipt {
  /** The direct sequence; 0 for an envelope outside the queue and for an update. */
  sequence: number;
}

/** The fields of a position. */
export const positionFields = (position: Position): RecordField[] => [
  position.epoch,
  position.sequence,
  position.head,
  position.block,
  position.level ?? 1,
];

/** Reads what `positionFields` gave. */
export const readPosition = (fields: RecordReader): Position => ({
  epoch: fields.number(),
  sequence: fields.number(),
  head: fields.fixed(32),
  block: fields.number(),
  level: fields.number(4),
});

/** The fields of the envelopes that ran. */
export const ranFields = (ran: readonly Ran[]): RecordField[] =>
  ran.map(one => [one.sequence, one.envelopeHash, one.head, one.reorged ? 1 : 0]);

/** Reads what `ranFields` gave, `RAN_ENVELOPES_MAX` at most. */
export function readRan(fields: RecordReader): Ran[] {
  const all: Ran[] = [];
  while (fields.more && all.length < RAN_ENVELOPES_MAX) {
    const ran = fields.list();
    all.push({
      sequence: ran.number(),
      envelopeHash: ran.fixed(32),
      head: ran.fixed(32),
      reorged: ran.number(1) === 1,
    });
  }
  return all;
}

/** The fields of an envelope in flight. */
export const inFlightFields = ({
  action,
  block,
  envelopeHash,
  params,
  replyKey,
  sequence,
}: InFlight): RecordField[] => [
  ...[envelopeHash, sequence, action, params],
  ...[block.number, block.hash, replyKey],
];

/** Reads what `inFlightFields` gave, and what firmware of before reply keys wrote. */
export const readInFlight = (fields: RecordReader): InFlight => ({
  envelopeHash: fields.fixed(32),
  sequence: fields.number(),
  action: fields.text(ACTION_BYTES_MAX),
  params: fields.bytes(PARAMS_BYTES_MAX),
  block: { number: fields.number(), hash: fields.fixed(32) },
  replyKey: fields.more ? fields.bytes(REPLY_KEY_BYTES_MAX) : new Uint8Array(0),
});

/** The fields of a stored receipt. */
export const storedReceiptFields = (stored: StoredReceipt): RecordField[] => [
  stored.sequence,
  receiptFields(stored),
  stored.result,
];

/** Reads what `storedReceiptFields` gave. */
export const readStoredReceipt = (fields: RecordReader): StoredReceipt => ({
  sequence: fields.number(),
  ...readReceipt(fields.list()),
  result: fields.bytes(RESULT_READ_BYTES_MAX),
});
