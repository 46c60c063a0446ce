/**
 * Lies whose believer would do something that a rule sees: a time that has not come, and an approval that nobody gave.
 * One whole block of the liar's own is among them, which nothing but the others' silence about it gives away.
 */
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { encodeRlp } from '../../firmware/bytes/rlp.js';
import { createKeccak256 } from '../../firmware/crypto/keccak.js';
import { type Block, isBlockCall, pinTags } from '../attack/rpc/header.js';
import type { RpcMutation } from '../attack/rpc/proxy.js';
import { headerOfBlock } from '../node/keptJson.js';

/** Longer than any order of a world is good for: whoever believes it lets all of them expire. */
const FUTURE_SECONDS = 8 * 3600;
/** Slot 5 of a Device: the approval. */
const APPROVAL_SLOT = 5;
/** The prefix of a leaf's path (yellow paper, appendix C) of an even number of digits: the whole path. */
const LEAF_PREFIX = 0x20;

const keccak256 = createKeccak256();

/** More than a day: whoever is shown the truth again finds its time lowered by more than that. */
const DAYS_SECONDS = 2 * 86_400;

/** A later time in each block; `named` gives the changed block its hash. */
function inFuture(named: (block: Block) => Block, seconds = FUTURE_SECONDS): RpcMutation {
  return async ({ method }, upstream) => {
    if (!isBlockCall(method)) return undefined;
    const answer = await upstream.answer();
    if (!('result' in answer) || answer.result === null) return answer;
    const block = answer.result as Block;
    const timestamp = `0x${(Number(block.timestamp) + seconds).toString(16)}`;
    return { result: named({ ...block, timestamp }) };
  };
}

/** Each block has a later time, and the hash that it had. */
export const futureHeader = (): RpcMutation => inFuture(block => block);

/** A block of the liar's own at each number: it has a later time, a hash that is right for it, and the true state. */
export const futureBlock = (): RpcMutation => inFuture(withItsHash);

function withItsHash(block: Block): Block {
  const header = headerOfBlock(block);
  if (header.verdict !== 'accepted') throw new Error(header.evidence);
  return { ...block, hash: toHex(keccak256(header.value)) };
}

/**
 * Tags name the blocks of those numbers for ever, and each block is of two days later, with a hash that is right for it
 * and the true state. A board that begins anew and is told so by a quorum believes it, until now is proven.
 */
export function blocksOfBefore({ final, newest }: { final: number; newest: number }): RpcMutation {
  const before = pinTags({ finalized: final, safe: final, latest: newest, pending: newest });
  const later = inFuture(withItsHash, DAYS_SECONDS);
  return async (call, { answer, ask }) => {
    const told = async () => (await before(call, { answer, ask })) ?? answer();
    return isBlockCall(call.method) ? later(call, { answer: told, ask }) : told();
  };
}

/**
 * The approval slot of a Device in a trie of the liar's own, which has that one leaf; all else is true.
 *
 * @param approvalFor the value, 32 bytes as 0x…, for the Device of an address; undefined for the truth
 */
export function singleLeaf(approvalFor: (device: string) => string | undefined): RpcMutation {
  return async ({ method, params }, upstream) => {
    const approval = method === 'eth_getProof' ? approvalFor(`${params[0]}`.toLowerCase()) : undefined;
    if (approval === undefined) return undefined;
    const answer = await upstream.answer();
    if (!('result' in answer) || answer.result === null) return answer;
    const proof = answer.result as { storageProof: { key: string; value: string; proof: string[] }[] };
    const storageProof = proof.storageProof.map(slot =>
      Number(slot.key) === APPROVAL_SLOT
        ? { ...slot, value: approval, proof: [leaf(slot.key, approval)] }
        : slot,
    );
    return { result: { ...proof, storageProof } };
  };
}

function leaf(key: string, value: string): string {
  const slot = fromHex(`0x${key.slice(2).padStart(64, '0')}`, 32)!;
  const path = Uint8Array.of(LEAF_PREFIX, ...keccak256(slot));
  return toHex(encodeRlp([path, encodeRlp(fromHex(value, 32)!)]));
}
