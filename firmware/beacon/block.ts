/**
 * A beacon block with the execution block that it makes final. The execution header itself travels, since its
 * keccak hash is what the beacon block commits to in every fork, and number and time stand in it.
 */

import type { RecordField, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import type { Crypto } from '../port/crypto.js';
import { decodeHeader } from '../proof/header.js';
import { HEADER_BYTES_MAX } from '../proof/limits.js';
import type { ForkLayout } from './chain.js';
import { type BeaconHeader, headerFields, readHeader } from './header.js';
import { verifyBranch } from './merkle.js';

export interface BlockProof {
  beacon: BeaconHeader;
  /** RLP, at most 2048 bytes. */
  executionHeader: Uint8Array;
  /** From the execution block's hash up to the beacon block's body root. */
  executionBranch: Uint8Array;
}

export interface ExecutionBlock {
  /** 32 bytes. */
  hash: Uint8Array;
  number: number;
  /** Unix seconds. */
  timestamp: number;
}

/** 32 siblings are more than any index needs. */
export const BRANCH_BYTES_MAX = 1024;

/** `layout` is that of the fork in the block's own slot. */
export function verifyExecution(
  crypto: Crypto,
  layout: ForkLayout,
  block: BlockProof,
): Verdict<ExecutionBlock, 'malformed' | 'proof_invalid', never> {
  const facts = decodeHeader(block.executionHeader);
  if (facts.verdict === 'rejected') return rejected('malformed', `execution: ${facts.evidence}`);
  const hash = crypto.keccak256(block.executionHeader);
  if (!verifyBranch(crypto, hash, layout.executionHash, block.executionBranch, block.beacon.bodyRoot)) {
    return rejected('proof_invalid', 'execution: not the block that the finalized beacon block commits to');
  }
  return accepted({ hash, number: facts.value.number, timestamp: facts.value.timestamp });
}

export const blockFields = (block: BlockProof): RecordField => [
  headerFields(block.beacon),
  block.executionHeader,
  block.executionBranch,
];

export function readBlock(reader: RecordReader): BlockProof | undefined {
  const list = reader.list();
  const beacon = readHeader(list);
  const executionHeader = list.bytes(HEADER_BYTES_MAX);
  const executionBranch = list.bytes(BRANCH_BYTES_MAX);
  return beacon && list.end() ? { beacon, executionHeader, executionBranch } : undefined;
}
