/** The possession proof that a board signed last, as its identity keeps it. */

import type { RecordField, RecordReader } from '../bytes/record.js';

/** A possession proof with its signature. Addresses are 20 bytes. */
export interface SignedPossession {
  /** Unix seconds. */
  deadline: number;
  owner: Uint8Array;
  fleet: Uint8Array;
  channel: Uint8Array;
  /** 65 bytes. */
  signature: Uint8Array;
}

/** The fields of a proof; none before there is one. */
export const possessionFields = (possession: SignedPossession | undefined): RecordField[] =>
  possession
    ? [possession.deadline, possession.owner, possession.fleet, possession.channel, possession.signature]
    : [];

/** Reads what `possessionFields` gave. */
export const readPossession = (fields: RecordReader): SignedPossession | undefined =>
  fields.more
    ? {
        deadline: fields.number(),
        owner: fields.fixed(20),
        fleet: fields.fixed(20),
        channel: fields.fixed(20),
        signature: fields.fixed(65),
      }
    : undefined;
