/**
 * A beacon block with the execution block that it makes final. The execution header itself travels: the beacon block
 * commits to its keccak hash in every fork, and it holds number and time.
 */

import type { RecordField, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import type { Crypto } from '../port/crypto.js';
import { decodeHeader } from '../proof/header.js';
import { HEADER_BYTES_MAX } from '../proof/limits.js';
import type { ForkLayout } from './chain.js';
import { type BeaconHeader, headerFields, readHeader } from './header.js';
import { verifyBranch } from './merkle.js';

/** A beacon block's header, and the proof of the execution block in it. Untrusted. */
export interface BlockProof {
  beacon: BeaconHeader;
  /** RLP, at most 2048 bytes. */
  executionHeader: Uint8Array;
  /** Merkle siblings, 32 bytes each, from the execution block's hash up to the beacon block's body root. */
  executionBranch: Uint8Array;
}

/** The facts of an execution block that a board keeps. */
export interface ExecutionBlock {
  /** 32 bytes. */
  hash: Uint8Array;
  number: number;
  /** Unix seconds. */
  timestamp: number;
  /** 32 bytes, as its header has it; undefined where it was read back from flash. */
  stateRoot?: Uint8Array;
}

/** Bytes of a Merkle branch: 32 siblings, more than any index needs. */
export const BRANCH_BYTES_MAX = 1024;

/** The execution block, if the beacon block commits to it. `layout` is that of the fork in the block's own slot. */
export function verifyExecution(
  crypto: Crypto,
  layout: ForkLayout,
  block: BlockProof,
): Verdict<ExecutionBlock, 'malformed' | 'proof_invalid', never> {
  const facts = decodeHeader(block.executionHeader);
  if (facts.verdict === 'rejected') return rejected('malformed', `execution: ${facts.evidence}`);
  const hash = crypto.keccak256(block.executionHeader);
  if (!verifyBranch(crypto, hash, layout.executionHash, block.executionBranch, block.beacon.bodyRoot)) {
    return rejected('proof_invalid', 'execution: not the block that the beacon block has');
  }
  const { number, stateRoot, timestamp } = facts.value;
  return accepted({ hash, number, stateRoot, timestamp });
}

/** The fields of a block in a record. */
export const blockFields = (block: BlockProof): RecordField => [
  headerFields(block.beacon),
  block.executionHeader,
  block.executionBranch,
];

/** Reads what `blockFields` gave; undefined when it is not a block. */
export function readBlock(reader: RecordReader): BlockProof | undefined {
  const list = reader.list();
  const beacon = readHeader(list);
  const executionHeader = list.bytes(HEADER_BYTES_MAX);
  const executionBranch = list.bytes(BRANCH_BYTES_MAX);
  return beacon && list.end() ? { beacon, executionHeader, executionBranch } : undefined;
}
