/** Lies about blocks and headers, in the answers to every call that asks for one. */
import { toHex } from '../../../firmware/bytes/hex.js';
import { createKeccak256 } from '../../../firmware/crypto/keccak.js';
import { headerOfBlock } from '../../node/keptJson.js';
import { flipHex } from '../flip.js';
import type { RpcAnswer, RpcCall, RpcMutation, Upstream } from './proxy.js';

export type Block = Record<string, unknown>;

/** True for the calls that are answered with one block, or its header. */
export const isBlockCall = (method: string): boolean => /^eth_get(Block|Header)By(Number|Hash)$/.test(method);

/** Every block that is answered, changed. */
function onBlocks(change: (block: Block) => Block): RpcMutation {
  return async ({ method }, upstream) => {
    if (!isBlockCall(method)) return undefined;
    const answer = await upstream.answer();
    if (!('result' in answer) || answer.result === null) return answer;
    return { result: change(answer.result as Block) };
  };
}

/** One bit of one field, while the block keeps its hash. */
export const changeHeaderField = (field = 'stateRoot', at = -1): RpcMutation =>
  onBlocks(block => ({ ...block, [field]: flipHex(`${block[field]}`, at) }));

/** A field less than the hash covers. */
export const dropHeaderField = (field = 'withdrawalsRoot'): RpcMutation =>
  onBlocks(({ [field]: _, ...block }) => block);

/** Another hash at the same number, and nothing that would hash to it. */
export const changeBlockHash = (): RpcMutation =>
  onBlocks(block => ({ ...block, hash: flipHex(`${block.hash}`) }));

/**
 * A block of the attacker's own at the same number: one bit of a field is changed and the hash is that of the
 * changed header, so that it is wrong in nothing but that nobody else knows it.
 */
export const forgeBlock = (field = 'stateRoot', at = -1): RpcMutation => {
  const keccak256 = createKeccak256();
  return onBlocks(block => {
    const changed: Block = { ...block, [field]: flipHex(`${block[field]}`, at) };
    // Its hash would not fit the changed fields; a header is made of all the others.
    const header = headerOfBlock(changed);
    if (header.verdict !== 'accepted') throw new Error(header.evidence);
    return { ...changed, hash: toHex(keccak256(header.value)) };
  });
};

/** As JSON-RPC writes it; less than 0 is 0. */
export const quantity = (value: number) => `0x${Math.max(0, value).toString(16)}`;
const tags = ['latest', 'safe', 'finalized', 'pending'];

/** Tags name blocks that are older by so many: an endpoint that has fallen behind, or hides what is new. */
export const lagBehind = (blocks: number): RpcMutation => {
  return async ({ method, params }, upstream) => {
    if (method === 'eth_blockNumber') {
      const answer = await upstream.answer();
      return 'result' in answer ? { result: quantity(Number(answer.result) - blocks) } : answer;
    }
    const at = method === 'eth_getProof' ? 2 : 0;
    const asksTag = (isBlockCall(method) || at === 2) && tags.includes(`${params[at]}`);
    if (!asksTag) return undefined;
    const head = await upstream.ask('eth_getBlockByNumber', [params[at], false]);
    if (!('result' in head)) return head;
    const older = [...params];
    older[at] = quantity(Number((head.result as Block).number) - blocks);
    return upstream.ask(method, older);
  };
};

/** Tags name the blocks of those numbers, whatever comes behind them. Gives undefined for what names no tag. */
export function pinTags(numbers: Readonly<Record<string, number>>) {
  return async ({ method, params }: RpcCall, upstream: Upstream): Promise<RpcAnswer | undefined> => {
    if (method === 'eth_blockNumber') return { result: quantity(numbers.latest) };
    const at = method === 'eth_getProof' ? 2 : 0;
    const number = isBlockCall(method) || at === 2 ? numbers[`${params[at]}`] : undefined;
    if (number === undefined) return undefined;
    const pinned = [...params];
    pinned[at] = quantity(number);
    return upstream.ask(method, pinned);
  };
}
