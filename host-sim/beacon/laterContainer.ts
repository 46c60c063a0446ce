/**
 * Headers in the container of a later fork (consensus-specs, gloas/light-client/fork.md, `upgrade_lc_header_to_gloas`):
 * an update signed under Gloas has the container of Gloas, though the block that it calls final may be older.
 */
import type { ForkLayout } from '../../firmware/beacon/chain.js';
import { depthOf } from '../../firmware/beacon/merkle.js';
import { payloadBranch } from '../node/beaconApi/payloadBranch.js';
import type { StandardHeader, StandardUpdate } from '../node/beaconApi/standard.js';
import { hasPayload } from '../node/beaconApi/types.js';

/** The header as a container of `layout` holds it: only the hash of a payload, and zeros before the branch of a lesser depth. */
export function headerIn(layout: ForkLayout, header: StandardHeader): StandardHeader {
  const { beacon, execution, executionBranch } = header;
  if (!execution || hasPayload(layout)) return header;
  const branch = [...payloadBranch(execution), ...executionBranch];
  const zeros = Array.from(
    { length: depthOf(layout.executionHash) - branch.length },
    () => new Uint8Array(32),
  );
  return { beacon, executionBlockHash: execution.blockHash, executionBranch: [...zeros, ...branch] };
}

/** The update whose final block may be of an earlier fork than `layout`, that of the attested one. */
export const updateIn = (layout: ForkLayout, update: StandardUpdate): StandardUpdate => ({
  ...update,
  finalizedHeader: headerIn(layout, update.finalizedHeader),
});
