/** The state of the light client: all that a board keeps of a beacon chain, some 230 bytes for any committee size. */

import { encodeRecord, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import type { ExecutionBlock } from './block.js';
import { type Committee, committeeFields, readCommittee } from './committee.js';

/** The newest known finality. Pure data: each step makes a new one. */
export interface FinalityState {
  /** The slot of the newest finalized beacon block. */
  slot: number;
  /** The execution block that is final with it. */
  execution: ExecutionBlock;
  /** The committee of that slot's period. */
  current: Committee;
  /** The committee of the period after, once it is proven. */
  next?: Committee;
}

/** Bytes of an encoded state. */
export const STATE_BYTES_MAX = 256;

/** The record of a state. */
export const encodeState = ({ slot, execution, current, next }: FinalityState): Uint8Array =>
  encodeRecord([
    slot,
    execution.hash,
    execution.number,
    execution.timestamp,
    committeeFields(current),
    next ? committeeFields(next) : [],
  ]);

/** Reads what `encodeState` gave. The result is not verified: a state is only read from a store of one's own. */
export function parseState(bytes: Uint8Array): Verdict<FinalityState, 'malformed', never> {
  const reader = new RecordReader(bytes, STATE_BYTES_MAX);
  const slot = reader.number();
  const execution = { hash: reader.fixed(32), number: reader.number(), timestamp: reader.number() };
  const currentList = reader.list();
  const current = readCommittee(currentList);
  const nextList = reader.list();
  const next = nextList.more ? readCommittee(nextList) : undefined;
  if (!currentList.end() || !nextList.end() || !reader.end())
    return rejected('malformed', 'no finality state');
  return accepted({ slot, execution, current, next });
}
