/** The greatest nonce of each delegate in each epoch: strictly increasing, so that nothing runs twice. */

import { equal } from '../bytes/equal.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';

/** Delegates remembered at once. A new one beyond it is refused rather than an old one forgotten. */
export const MAXIMUM_DELEGATES = 16;

interface Entry {
  signer: Uint8Array;
  epoch: number;
  nonce: number;
}

const read = (record: Uint8Array | undefined): Entry[] => {
  const entries: Entry[] = [];
  if (!record) return entries;
  const reader = new RecordReader(record, 1024);
  while (reader.more) {
    const entry = reader.list();
    entries.push({ signer: entry.fixed(20), epoch: entry.number(), nonce: entry.number() });
  }
  return reader.ok ? entries : [];
};

/** The last nonce taken from `signer` in `epoch`; 0 when none was. */
export const lastNonce = (record: Uint8Array | undefined, signer: Uint8Array, epoch: number): number =>
  read(record).find(entry => entry.epoch === epoch && equal(entry.signer, signer))?.nonce ?? 0;

/** The record with `nonce` taken; undefined when there is no room. Entries of older epochs make way. */
export function takeNonce(
  record: Uint8Array | undefined,
  signer: Uint8Array,
  epoch: number,
  nonce: number,
): Uint8Array | undefined {
  const entries = read(record).filter(entry => entry.epoch >= epoch && !equal(entry.signer, signer));
  if (entries.length >= MAXIMUM_DELEGATES) return undefined;
  entries.push({ signer, epoch, nonce });
  return encodeRecord(entries.map(entry => [entry.signer, entry.epoch, entry.nonce]));
}
