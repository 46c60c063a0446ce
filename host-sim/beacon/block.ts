/**
 * Beacon blocks and states of a simulated chain. They say what a light client can see of them, at the places where
 * their fork keeps it; all else in them is zero.
 */
import { type BeaconChain, epochAt, type ForkLayout, forkAt, periodAt } from '../../firmware/beacon/chain.js';
import { headerRoot } from '../../firmware/beacon/header.js';
import { numberNode } from '../../firmware/beacon/merkle.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { payloadRoot } from '../node/beaconApi/payloadBranch.js';
import type { StandardHeader, StandardPayloadHeader } from '../node/beaconApi/standard.js';
import { hasPayload, payloadIndex } from '../node/beaconApi/types.js';
import type { SimulatedCommittee } from './committees.js';
import { type SparseTree, sparseTree } from './sparseTree.js';

const crypto = portableCrypto();

/** `signed_execution_payload_bid.message.block_hash` in the body of a Gloas block. */
const bidHashIndex = 22857;

export interface SimulatedBlock {
  slot: number;
  root: Uint8Array;
  header: StandardHeader;
  /** The execution block that the header proves: the payload up to Fulu, the bid's parent from Gloas on. */
  proven: { number: number; hash: Uint8Array };
  /** The newest execution block that this one, or one before it, has brought. */
  newest: { number: number; hash: Uint8Array };
  /** The index in the history of the block that its state calls finalized; −1 while none is. */
  finalized: number;
}

/** The content of a block: a payload, or under Gloas a bid that nobody reveals. */
export interface Content {
  payload: StandardPayloadHeader;
  /** Instead of the payload's own hash in the bid. */
  bidHash?: Uint8Array;
  /** The execution block under the bid. */
  parentHash: Uint8Array;
}

export const layoutAt = (chain: BeaconChain, slot: number): ForkLayout => forkAt(chain, slot)!.layout!;

/** The part of a header that tells of execution, and the root of the body that holds it. */
export function bodyOf(
  layout: ForkLayout,
  { payload, bidHash, parentHash }: Content,
): { bodyRoot: Uint8Array; header: Omit<StandardHeader, 'beacon'> } {
  if (hasPayload(layout)) {
    const tree = sparseTree([[payloadIndex, payloadRoot(payload)]]);
    return {
      bodyRoot: tree.root,
      header: { execution: payload, executionBranch: tree.branch(payloadIndex) },
    };
  }
  const tree = sparseTree([
    [layout.executionHash, parentHash],
    [bidHashIndex, bidHash ?? payload.blockHash],
  ]);
  return {
    bodyRoot: tree.root,
    header: { executionBlockHash: parentHash, executionBranch: tree.branch(layout.executionHash) },
  };
}

/** The state of a slot. `finalized` is undefined while nothing is final. */
export function stateOf(
  chain: BeaconChain,
  committee: (period: number) => SimulatedCommittee,
  slot: number,
  finalized: Pick<SimulatedBlock, 'slot' | 'root'> | undefined,
): SparseTree {
  const { finalizedRoot, currentCommittee, nextCommittee } = layoutAt(chain, slot);
  const period = periodAt(chain, slot);
  const epoch = finalized ? epochAt(chain, finalized.slot + chain.slotsPerEpoch - 1) : 0;
  return sparseTree([
    [finalizedRoot, finalized?.root ?? new Uint8Array(32)],
    // A checkpoint is an epoch and a root.
    [finalizedRoot ^ 1, numberNode(epoch)],
    [currentCommittee, committee(period).root],
    [nextCommittee, committee(period + 1).root],
  ]);
}

export const rootOf = ({ beacon }: StandardHeader): Uint8Array =>
  headerRoot(crypto, { ...beacon, proposer: beacon.proposerIndex });
