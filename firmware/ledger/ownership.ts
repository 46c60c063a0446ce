/**
 * The owner whom a board obeys, as it knows it: first the one of its possession proof, then the one of each completed
 * hand-over. It lies beside the board's key and not in the journal, so that a lost journal changes no owner.
 */

import { encodeRecord, RecordReader } from '../bytes/record.js';

/** The owner and the epoch that a board knows. */
export interface Ownership {
  /** 20 bytes. */
  owner: Uint8Array;
  /** The epoch in which the board last saw that owner proven. */
  epoch: number;
  /** Unix seconds of the block at which the last hand-over ended; 0 for the first owner. */
  since: number;
}

const OWNERSHIP_BYTES_MAX = 64;

/** An ownership as stored. */
export const encodeOwnership = ({ epoch, owner, since }: Ownership): Uint8Array =>
  encodeRecord([owner, epoch, since]);

/** Reads what `encodeOwnership` gave; undefined for no bytes and for any others. */
export function parseOwnership(bytes: Uint8Array | undefined): Ownership | undefined {
  if (!bytes) return undefined;
  const reader = new RecordReader(bytes, OWNERSHIP_BYTES_MAX);
  const ownership = { owner: reader.fixed(20), epoch: reader.number(), since: reader.number() };
  return reader.end() ? ownership : undefined;
}

/** The ownership as the rooms above ask it; what is changed is durable on return. */
export interface KeptOwnership {
  readonly ownership: Ownership;
  /** Notes the epoch that the board has entered under the owner whom it knows. */
  enterEpoch(epoch: number): void;
}
