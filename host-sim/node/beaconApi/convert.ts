/**
 * From standard light client data, whole committees in them, to what a board is sent. It changes the form and judges
 * nothing: a false update becomes a false compact update. No Lodestar in it, so that a prover can take it over.
 */

import type { BlockProof } from '../../../firmware/beacon/block.js';
import type { Bootstrap } from '../../../firmware/beacon/bootstrap.js';
import { type BeaconChain, forkAt } from '../../../firmware/beacon/chain.js';
import type { Committee } from '../../../firmware/beacon/committee.js';
import type { BeaconHeader } from '../../../firmware/beacon/header.js';
import { depthOf } from '../../../firmware/beacon/merkle.js';
import type { NewestUpdate } from '../../../firmware/beacon/newest.js';
import type { Update } from '../../../firmware/beacon/update.js';
import { concat } from '../../../firmware/bytes/concat.js';
import { absentOf, keysTree } from './absent.js';
import { payloadBranch } from './payloadBranch.js';
import type {
  StandardBeaconHeader,
  StandardBootstrap,
  StandardCommittee,
  StandardHeader,
  StandardOptimisticUpdate,
  StandardUpdate,
} from './standard.js';

const convertBeacon = (header: StandardBeaconHeader): BeaconHeader => ({
  slot: header.slot,
  proposer: header.proposerIndex,
  parentRoot: header.parentRoot,
  stateRoot: header.stateRoot,
  bodyRoot: header.bodyRoot,
});

const isZero = (node: Uint8Array): boolean => node.every(byte => byte === 0);

/**
 * A branch in the container of a later fork begins with zeros where that fork's tree is deeper (`normalize_merkle_
 * branch`, light-client/fork.md): a board is sent the branch of the slot's own fork.
 */
function fitted(branch: readonly Uint8Array[], index: number | undefined): Uint8Array {
  const extra = index === undefined ? 0 : Math.max(0, branch.length - depthOf(index));
  return concat(...(branch.slice(0, extra).every(isZero) ? branch.slice(extra) : branch));
}

/** `executionHeader` is the RLP of the execution block, from JSON-RPC. */
export const convertBlock = (
  header: StandardHeader,
  executionHeader: Uint8Array,
  chain?: BeaconChain,
): BlockProof => ({
  beacon: convertBeacon(header.beacon),
  executionHeader,
  executionBranch: fitted(
    [...(header.execution ? payloadBranch(header.execution) : []), ...header.executionBranch],
    layoutOf(chain, header)?.executionHash,
  ),
});

const layoutOf = (chain: BeaconChain | undefined, { beacon }: StandardHeader) =>
  chain && forkAt(chain, beacon.slot)?.layout;

/** A committee as boards keep it: the root over its keys, 32 bytes, and their sum, 48. */
export const convertCommittee = (committee: StandardCommittee): Committee => ({
  keysRoot: keysTree(committee.pubkeys)[1],
  aggregate: committee.aggregatePubkey,
});

/**
 * A bootstrap as boards read it (firmware/beacon/bootstrap.ts).
 *
 * @param executionHeader RLP of the execution block of its header
 * @param chain where data may come in the containers of a later fork than their own
 */
export const convertBootstrap = (
  { header, currentSyncCommittee, currentSyncCommitteeBranch }: StandardBootstrap,
  executionHeader: Uint8Array,
  chain?: BeaconChain,
): Bootstrap => ({
  block: convertBlock(header, executionHeader, chain),
  current: convertCommittee(currentSyncCommittee),
  committeeBranch: fitted(currentSyncCommitteeBranch, layoutOf(chain, header)?.currentCommittee),
});

export interface ConvertOptions {
  /** RLP of the execution block under the finalized header, or under the attested one of an optimistic update. */
  executionHeader: Uint8Array;
  /** The version of the fork that the signature is bound to. */
  forkVersion: Uint8Array;
  /** The keys of the committee of the signature's period. */
  signers: readonly Uint8Array[];
  /** The chain, where data may come in the containers of a later fork than their own. */
  chain?: BeaconChain;
}

/** An update as boards read it (firmware/beacon/update.ts): absent keys in place of the whole committee. */
export function convertUpdate(update: StandardUpdate, options: ConvertOptions): Update {
  const { nextSyncCommittee, nextSyncCommitteeBranch } = update;
  const { syncCommitteeBits, syncCommitteeSignature } = update.syncAggregate;
  const layout = layoutOf(options.chain, update.attestedHeader);
  const hasNext = nextSyncCommittee && nextSyncCommitteeBranch && !nextSyncCommitteeBranch.every(isZero);
  return {
    attested: convertBeacon(update.attestedHeader.beacon),
    finalized: convertBlock(update.finalizedHeader, options.executionHeader, options.chain),
    finalityBranch: fitted(update.finalityBranch, layout?.finalizedRoot),
    next: hasNext
      ? {
          committee: convertCommittee(nextSyncCommittee),
          branch: fitted(nextSyncCommitteeBranch, layout?.nextCommittee),
        }
      : undefined,
    signatureSlot: update.signatureSlot,
    forkVersion: options.forkVersion,
    bits: syncCommitteeBits.uint8Array,
    signature: syncCommitteeSignature,
    absent: absentOf(options.signers, syncCommitteeBits.uint8Array),
  };
}

/** An optimistic update as boards read it (firmware/beacon/newest.ts); the execution header is the attested block's. */
export const convertNewest = (
  { attestedHeader, signatureSlot, syncAggregate }: StandardOptimisticUpdate,
  { chain, executionHeader, forkVersion, signers }: ConvertOptions,
): NewestUpdate => ({
  attested: convertBlock(attestedHeader, executionHeader, chain),
  signatureSlot,
  forkVersion,
  bits: syncAggregate.syncCommitteeBits.uint8Array,
  signature: syncAggregate.syncCommitteeSignature,
  absent: absentOf(signers, syncAggregate.syncCommitteeBits.uint8Array),
});
