/**
 * The record of L4 in flash: the state of the sync committees and its standing. It is written after every step, so that
 * a power cut anywhere costs one step.
 */

import { encodeState, type FinalityState, parseState, STATE_BYTES_MAX } from '../beacon/state.js';
import { equal } from '../bytes/equal.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';

/**
 * `good`; `unconfirmed`: reached by committees alone past the weak-subjectivity period, so that no block of the state
 * counts before a checkpoint confirms it; `suspended`: a committee contradicted itself.
 */
export const standings = ['good', 'unconfirmed', 'suspended'] as const;
export type Standing = (typeof standings)[number];

/** The state of L4 with its standing. */
export interface FinalityRecord {
  /** 4 bytes that name the chain and root of the configuration: a state of another beginning does not count. */
  origin: Uint8Array;
  standing: Standing;
  /** Unix seconds, time of the chain: the point at which the board was last up to date. */
  upToDate: number;
  state: FinalityState;
}

/** Bytes of a record: 16 beside the state. Today's are 232 at most, since the state stays below its own limit. */
export const FINALITY_RECORD_BYTES_MAX = STATE_BYTES_MAX + 16;

/** The bytes of a record. */
export const encodeFinalityRecord = ({ origin, standing, state, upToDate }: FinalityRecord): Uint8Array =>
  encodeRecord([origin, standings.indexOf(standing), upToDate, encodeState(state)]);

/** Reads what `encodeFinalityRecord` gave; undefined when it is not a record of that origin. */
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
