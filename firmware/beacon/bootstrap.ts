/**
 * The beginning: a state from the root of one finalized beacon block, which the trust configuration names
 * (consensus-specs, `initialize_light_client_store`). Everything but that root is untrusted.
 */

import { equal } from '../bytes/equal.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import { accepted, rejected, undetermined, type Verdict } from '../bytes/verdict.js';
import { type BlockProof, BRANCH_BYTES_MAX, blockFields, readBlock, verifyExecution } from './block.js';
import { type BeaconContext, forkAt } from './chain.js';
import { type Committee, committeeFields, committeeRoot, readCommittee } from './committee.js';
import { headerRoot } from './header.js';
import { verifyBranch } from './merkle.js';
import type { FinalityState } from './state.js';

/** A finalized block with the committee of its period: `LightClientBootstrap`, the committee by root. Untrusted. */
export interface Bootstrap {
  block: BlockProof;
  /** The committee of the block's period. */
  current: Committee;
  /** Merkle siblings, 32 bytes each, from the committee's root up to the block's state root. */
  committeeBranch: Uint8Array;
}

/** Bytes of a bootstrap: a block with all branches at their limit. */
export const BOOTSTRAP_BYTES_MAX = 5120;

/** The record of a bootstrap, at most BOOTSTRAP_BYTES_MAX. */
export const encodeBootstrap = ({ block, current, committeeBranch }: Bootstrap): Uint8Array =>
  encodeRecord([blockFields(block), ...committeeFields(current), committeeBranch]);

/** Reads what `encodeBootstrap` gave. Untrusted bytes of any length; nothing in it is verified yet. */
export function parseBootstrap(bytes: Uint8Array): Verdict<Bootstrap, 'malformed', never> {
  const reader = new RecordReader(bytes, BOOTSTRAP_BYTES_MAX);
  const block = readBlock(reader);
  const current = readCommittee(reader);
  const committeeBranch = reader.bytes(BRANCH_BYTES_MAX);
  if (!block || !reader.end()) return rejected('malformed', 'no bootstrap');
  return accepted({ block, current, committeeBranch });
}

/**
 * The first state: the committee and the execution block of the trusted beacon block. Rejected with `wrong_answer` when
 * the bootstrap is of another block; undetermined (`unknown_fork`) when the schedule has no rules for its slot.
 *
 * @param trustedRoot root of the beacon block to begin at, 32 bytes
 */
export function verifyBootstrap(
  { chain, crypto }: Pick<BeaconContext, 'chain' | 'crypto'>,
  trustedRoot: Uint8Array,
  { block, current, committeeBranch }: Bootstrap,
): Verdict<FinalityState, 'malformed' | 'proof_invalid' | 'wrong_answer', 'unknown_fork'> {
  if (!equal(headerRoot(crypto, block.beacon), trustedRoot)) {
    return rejected('wrong_answer', 'bootstrap: another block than the trusted one');
  }
  const { slot } = block.beacon;
  const layout = forkAt(chain, slot)?.layout;
  if (!layout) return undetermined('unknown_fork', `bootstrap: no rules are known for slot ${slot}`);
  const committee = committeeRoot(crypto, current);
  if (!verifyBranch(crypto, committee, layout.currentCommittee, committeeBranch, block.beacon.stateRoot)) {
    return rejected('proof_invalid', 'committee: not the one in the state of the trusted block');
  }
  const execution = verifyExecution(crypto, layout, block);
  if (execution.verdict !== 'accepted') return execution;
  return accepted({ slot, execution: execution.value, current });
}
