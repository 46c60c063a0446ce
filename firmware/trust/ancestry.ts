/** Ancestry: from the newer of two blocks back to the older, each header authenticated by the header after it. */

import { equal } from '../bytes/equal.js';
import { accepted, type TrustCause, undetermined, type Verdict } from '../bytes/verdict.js';
import type { BlockReader } from './chainReader.js';
import type { TrustedBlock } from './level.js';

/** A block by hash (32 bytes) and number. */
export interface BlockName {
  hash: Uint8Array;
  number: number;
}

/** Headers that are fetched for one answer. Two final blocks lie at most some epochs apart. */
const WALK_BLOCKS_MAX = 256;

/**
 * True when one of the two blocks, in any order, is an ancestor of the other, or both are the same. Undetermined when a
 * header between them could not be had, or they lie more than WALK_BLOCKS_MAX apart.
 */
export async function onOneChain(
  reader: BlockReader,
  a: BlockName,
  b: BlockName,
): Promise<Verdict<boolean, never, TrustCause | 'no_witness'>> {
  const [older, newer] = a.number <= b.number ? [a, b] : [b, a];
  let { hash } = newer;
  if (newer.number - older.number > WALK_BLOCKS_MAX) {
    const apart = newer.number - older.number;
    return undetermined('stale', `blocks ${older.number} and ${newer.number} lie ${apart} apart`);
  }
  for (let { number } = newer; number > older.number; number--) {
    const block: TrustedBlock = { hash, number, level: 1, finalized: true, basis: 'ancestor' };
    const reading = await reader.read(block, []);
    if (reading.verdict === 'undetermined') return reading;
    // No state root of it is known, so that its header was read.
    hash = reading.value.state.parentHash!;
  }
  return accepted(equal(hash, older.hash));
}
