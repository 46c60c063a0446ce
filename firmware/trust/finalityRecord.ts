/**
 * What a board keeps of L4: the state of the sync committees and what it thinks of it, one record, written after
 * every step, so that a power cut anywhere costs one step.
 */

import { encodeState, type FinalityState, parseState, STATE_BYTES_MAX } from '../beacon/state.js';
import { equal } from '../bytes/equal.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';

/**
 * `good`; `unconfirmed`: reached by committees alone past the age at which they may speak for each other, so that
 * no block of it counts before a checkpoint confirms it; `suspended`: a committee contradicted itself.
 */
export const standings = ['good', 'unconfirmed', 'suspended'] as const;
export type Standing = (typeof standings)[number];

export interface FinalityRecord {
  /** The configuration that it belongs to, 4 bytes: a state of another beginning is none. */
  origin: Uint8Array;
  standing: Standing;
  /** Unix seconds, time of the chain: the point at which the board was last up to date. */
  upToDate: number;
  state: FinalityState;
}

/** 16 bytes beside the state: 232 at most, as the state's own limit leaves room. */
export const FINALITY_RECORD_BYTES_MAX = STATE_BYTES_MAX + 16;

export const encodeFinalityRecord = ({ origin, standing, state, upToDate }: FinalityRecord): Uint8Array =>
  encodeRecord([origin, standings.indexOf(standing), upToDate, encodeState(state)]);

/** Undefined for what is no record of that origin. */
export function parseFinalityRecord(
  bytes: Uint8Array | undefined,
  origin: Uint8Array,
): FinalityRecord | undefined {
  if (!bytes) return undefined;
  const reader = new RecordReader(bytes, FINALITY_RECORD_BYTES_MAX);
  const stored = reader.fixed(4);
  const standing = standings[reader.number(standings.length - 1)];
  const upToDate = reader.number();
  const state = parseState(reader.bytes(STATE_BYTES_MAX));
  if (!reader.end() || state.verdict === 'rejected' || !equal(stored, origin)) return undefined;
  return { origin, standing, upToDate, state: state.value };
}
