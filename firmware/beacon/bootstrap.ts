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

export interface Bootstrap {
  block: BlockProof;
  /** The committee of the block's period. */
  current: Committee;
  /** Up to the block's state root. */
  committeeBranch: Uint8Array;
}

/** A block with all branches at their limit. */
export const BOOTSTRAP_BYTES_MAX = 5120;

export const encodeBootstrap = ({ block, current, committeeBranch }: Bootstrap): Uint8Array =>
  encodeRecord([blockFields(block), ...committeeFields(current), committeeBranch]);

export function parseBootstrap(bytes: Uint8Array): Verdict<Bootstrap, 'malformed', never> {
  const reader = new RecordReader(bytes, BOOTSTRAP_BYTES_MAX);
  const block = readBlock(reader);
  const current = readCommittee(reader);
  const committeeBranch = reader.bytes(BRANCH_BYTES_MAX);
  if (!block || !reader.end()) return rejected('malformed', 'no bootstrap');
  return accepted({ block, current, committeeBranch });
}

/** `trustedRoot` is the 32-byte root of the beacon block to begin at. */
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
