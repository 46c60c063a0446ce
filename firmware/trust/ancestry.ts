/** Whether two blocks lie on one chain: from the newer one back, each header authenticated by the hash after it. */

import { equal } from '../bytes/equal.js';
import { accepted, type TrustCause, undetermined, type Verdict } from '../bytes/verdict.js';
import type { BlockReader } from './chainReader.js';
import type { TrustedBlock } from './level.js';

export interface BlockName {
  hash: Uint8Array;
  number: number;
}

/** Headers fetched for one answer. Blocks that are both final lie at most some epochs apart. */
const WALK_BLOCKS_MAX = 256;

/** `number` of the question's blocks may be in any order. True only when one is an ancestor of the other, or the same. */
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
    hash = reading.value.state.parentHash;
  }
  return accepted(equal(hash, older.hash));
}
