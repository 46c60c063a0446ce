/**
 * The greatest nonce used in each epoch by each counter: a delegate, or a fleet for its batches. Nonces strictly
 * increase, so that nothing runs twice. All counters are one record in flash.
 */

import { equal } from '../bytes/equal.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';

/** The greatest number of counters. A new one beyond it is refused rather than an old one forgotten. */
export const NONCE_COUNTERS_MAX = 16;
const RECORD_BYTES_MAX = 1024;

interface NonceCounter {
  /** 20 bytes: the address of the delegate or the fleet. */
  address: Uint8Array;
  epoch: number;
  nonce: number;
}

/** The last nonce that `address` used in `epoch`; 0 when it used none. */
export const lastNonce = (record: Uint8Array | undefined, address: Uint8Array, epoch: number): number =>
  read(record).find(counter => counter.epoch === epoch && equal(counter.address, address))?.nonce ?? 0;

/** The record with `nonce` used. Counters of older epochs make way; undefined when there is no room all the same. */
export function takeNonce(
  record: Uint8Array | undefined,
  address: Uint8Array,
  epoch: number,
  nonce: number,
): Uint8Array | undefined {
  const counters = read(record).filter(other => other.epoch >= epoch && !equal(other.address, address));
  if (counters.length >= NONCE_COUNTERS_MAX) return undefined;
  counters.push({ address, epoch, nonce });
  return encodeRecord(counters.map(counter => [counter.address, counter.epoch, counter.nonce]));
}

function read(record: Uint8Array | undefined): NonceCounter[] {
  const counters: NonceCounter[] = [];
  if (!record) return counters;
  const reader = new RecordReader(record, RECORD_BYTES_MAX);
  while (reader.more) {
    const fields = reader.list();
    counters.push({ address: fields.fixed(20), epoch: fields.number(), nonce: fields.number() });
  }
  return reader.ok ? counters : [];
}
