/** All that a board keeps of a beacon chain: some 230 bytes, whatever the committee's size. */

import { encodeRecord, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import type { ExecutionBlock } from './block.js';
import { type Committee, committeeFields, readCommittee } from './committee.js';

export interface FinalityState {
  /** Of the newest finalized beacon block. */
  slot: number;
  /** The execution block that is final with it. */
  execution: ExecutionBlock;
  /** The committee of that slot's period. */
  current: Committee;
  /** The committee of the period after, once it is proven. */
  next?: Committee;
}

export const STATE_BYTES_MAX = 256;

export const encodeState = ({ slot, execution, current, next }: FinalityState): Uint8Array =>
  encodeRecord([
    slot,
    execution.hash,
    execution.number,
    execution.timestamp,
    committeeFields(current),
    next ? committeeFields(next) : [],
  ]);

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
