/** From an execution block's hash up to the root of its `ExecutionPayloadHeader` (17 fields, so 32 leaves). */

import { hashPair, numberNode } from '../../../firmware/beacon/merkle.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import type { StandardPayloadHeader } from './standard.js';
import { branchOf, treeOf } from './tree.js';

const crypto = portableCrypto();

const node = (bytes: Uint8Array): Uint8Array => {
  const padded = new Uint8Array(32);
  padded.set(bytes);
  return padded;
};

const bigNode = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));

const bloomRoot = (bloom: Uint8Array): Uint8Array =>
  treeOf(Array.from({ length: 8 }, (_, i) => bloom.subarray(32 * i, 32 * i + 32)))[1];

function fieldRoots(payload: StandardPayloadHeader): Uint8Array[] {
  return [
    payload.parentHash,
    node(payload.feeRecipient),
    payload.stateRoot,
    payload.receiptsRoot,
    bloomRoot(payload.logsBloom),
    payload.prevRandao,
    numberNode(payload.blockNumber),
    numberNode(payload.gasLimit),
    numberNode(payload.gasUsed),
    numberNode(payload.timestamp),
    hashPair(crypto, node(payload.extraData), numberNode(payload.extraData.length)),
    bigNode(payload.baseFeePerGas),
    payload.blockHash,
    payload.transactionsRoot,
    payload.withdrawalsRoot,
    bigNode(payload.blobGasUsed),
    bigNode(payload.excessBlobGas),
  ];
}

/** The root of the `ExecutionPayloadHeader`, which is that of the payload as well. */
export const payloadRoot = (payload: StandardPayloadHeader): Uint8Array => treeOf(fieldRoots(payload), 32)[1];

/** Five siblings, lowest first. */
export const payloadBranch = (payload: StandardPayloadHeader): Uint8Array[] =>
  branchOf(treeOf(fieldRoots(payload), 32), 32 + 12);
