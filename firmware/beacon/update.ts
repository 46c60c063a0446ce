/**
 * The message that moves a board on: a `LightClientUpdate` or `LightClientFinalityUpdate` (consensus-specs,
 * altair/light-client/sync-protocol.md) with committees by root, and the execution header. It comes from a prover, and
 * no byte of it is trusted.
 */

import { encodeRecord, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { WHOLE_BYTES_MAX } from './absentPieces.js';
import { type BlockProof, BRANCH_BYTES_MAX, blockFields, readBlock } from './block.js';
import { type Committee, committeeFields, readCommittee } from './committee.js';
import { type BeaconHeader, headerFields, readHeader } from './header.js';

/** The committee of the next period, and its proof. */
export interface NextCommittee {
  committee: Committee;
  /** Merkle siblings, 32 bytes each, up to the attested header's state root. */
  branch: Uint8Array;
}

/** An update as it was parsed; nothing in it is verified. */
export interface Update {
  /** The header that the committee signed. */
  attested: BeaconHeader;
  finalized: BlockProof;
  /** Merkle siblings, 32 bytes each, from the finalized header's root up to the attested header's state root. */
  finalityBranch: Uint8Array;
  next?: NextCommittee;
  /** The slot in which the signature was made; it decides committee and fork. */
  signatureSlot: number;
  /** 4 bytes: the fork that the signature is said to be bound to, which may be one that a board does not know. */
  forkVersion: Uint8Array;
  /** The positions that signed: one bit a position, as `isPresent` reads them. */
  bits: Uint8Array;
  /** 96 bytes. */
  signature: Uint8Array;
  /**
   * The keys of the positions that did not sign, with their proof (absentKeys.ts), or the roots of its pieces
   * (absentPieces.ts); a part of what was parsed.
   */
  absent: Uint8Array;
}

/** Bytes of an update: everything at its limit. However many are absent, their proof has no more in its message. */
export const UPDATE_BYTES_MAX = 6144 + WHOLE_BYTES_MAX;

/** The record of an update. */
export const encodeUpdate = (update: Update): Uint8Array =>
  encodeRecord([
    headerFields(update.attested),
    blockFields(update.finalized),
    update.finalityBranch,
    update.next ? [...committeeFields(update.next.committee), update.next.branch] : [],
    update.signatureSlot,
    update.forkVersion,
    update.bits,
    update.signature,
    update.absent,
  ]);

/** Reads what `encodeUpdate` gave, for a chain with committees of that size. Untrusted bytes of any length. */
export function parseUpdate(bytes: Uint8Array, committeeSize: number): Verdict<Update, 'malformed', never> {
  const reader = new RecordReader(bytes, UPDATE_BYTES_MAX);
  const attested = readHeader(reader);
  const finalized = readBlock(reader);
  const finalityBranch = reader.bytes(BRANCH_BYTES_MAX);
  const list = reader.list();
  const next = list.more
    ? { committee: readCommittee(list), branch: list.bytes(BRANCH_BYTES_MAX) }
    : undefined;
  const update = {
    next,
    signatureSlot: reader.number(),
    forkVersion: reader.fixed(4),
    bits: reader.fixed(committeeSize / 8),
    signature: reader.fixed(96),
    absent: reader.part(WHOLE_BYTES_MAX),
  };
  if (!attested || !finalized || !list.end() || !reader.end())
    return rejected('malformed', 'form: no update');
  return accepted({ ...update, attested, finalized, finalityBranch });
}
