/** Lies about state, in the answers to eth_getProof (EIP-1186). */
import { flipHex } from '../flip.js';
import { isBlockCall, quantity } from './header.js';
import type { RpcMutation, Upstream } from './proxy.js';

interface StorageProof {
  key: string;
  value: string;
  proof: string[];
}

interface Proof {
  address: string;
  accountProof: string[];
  storageProof: StorageProof[];
  [field: string]: unknown;
}

/** Every proof that is answered, changed. */
function onProofs(change: (proof: Proof) => Proof): RpcMutation {
  return async ({ method }, upstream) => {
    if (method !== 'eth_getProof') return undefined;
    return changed(await upstream.answer(), change);
  };
}

function changed(answer: Awaited<ReturnType<Upstream['answer']>>, change: (proof: Proof) => Proof) {
  if (!('result' in answer) || answer.result === null) return answer;
  return { result: change(answer.result as Proof) };
}

/** One bit of one node; negative positions count from the end. */
function flipNode(nodes: string[], node: number, at: number): string[] {
  const index = node < 0 ? nodes.length + node : node;
  return nodes.map((hex, i) => (i === index ? flipHex(hex, at) : hex));
}

/** One bit of one node of the account's proof. */
export const changeAccountProof = (node = -1, at = -1): RpcMutation =>
  onProofs(proof => ({ ...proof, accountProof: flipNode(proof.accountProof, node, at) }));

/** One bit of one node of every slot's proof. */
export const changeStorageProof = (node = -1, at = -1): RpcMutation =>
  onProofs(proof => ({
    ...proof,
    storageProof: proof.storageProof.map(slot => ({ ...slot, proof: flipNode(slot.proof, node, at) })),
  }));

/** Another value beside the honest proof. */
export const changeStorageValue = (): RpcMutation =>
  onProofs(proof => ({
    ...proof,
    storageProof: proof.storageProof.map(slot => ({
      ...slot,
      value: `0x${(BigInt(slot.value) ^ 1n).toString(16)}`,
    })),
  }));

/** Another balance, nonce, code hash or storage root beside the honest proof. */
export const changeAccountField = (field = 'storageHash'): RpcMutation =>
  onProofs(proof => ({ ...proof, [field]: flipHex(`${proof[field]}`) }));

/** Fewer nodes than it takes; from the end, or from the root. */
export const shortenProof = (
  which: 'account' | 'storage' = 'storage',
  from: 'root' | 'leaf' = 'leaf',
): RpcMutation => {
  const cut = (nodes: string[]) => (from === 'leaf' ? nodes.slice(0, -1) : nodes.slice(1));
  return onProofs(proof =>
    which === 'account'
      ? { ...proof, accountProof: cut(proof.accountProof) }
      : { ...proof, storageProof: proof.storageProof.map(slot => ({ ...slot, proof: cut(slot.proof) })) },
  );
};

/** The account appears to have no storage: for each slot, what an empty trie answers. */
export const emptyStorage = (): RpcMutation =>
  onProofs(proof => ({
    ...proof,
    storageProof: proof.storageProof.map(slot => ({ ...slot, value: '0x0', proof: ['0x80'] })),
  }));

/**
 * Proofs of other slots, true as they are.
 * @param relabelled they claim to be of the slots that were asked for
 */
export const otherSlot = (relabelled = true): RpcMutation => {
  return async ({ method, params }, upstream) => {
    if (method !== 'eth_getProof') return undefined;
    const [address, keys, block] = params as [string, string[], unknown];
    const others = keys.map(key => flipHex(key));
    const answer = await upstream.ask(method, [address, others, block]);
    return changed(answer, proof => ({
      ...proof,
      storageProof: proof.storageProof.map((slot, i) => (relabelled ? { ...slot, key: keys[i] } : slot)),
    }));
  };
};

/**
 * The proof of another account, true as it is.
 * @param relabelled it claims to be of the account that was asked for
 * @param address one beside the account that was asked for, which nobody has, if left out
 */
export const otherAccount = (relabelled = true, address?: string): RpcMutation => {
  return async ({ method, params }, upstream) => {
    if (method !== 'eth_getProof') return undefined;
    const answer = await upstream.ask(method, [address ?? flipHex(`${params[0]}`), ...params.slice(1)]);
    return changed(answer, proof => (relabelled ? { ...proof, address: `${params[0]}` } : proof));
  };
};

/** The proof as it was so many blocks before the one that was asked for. */
export const olderProof = (blocks = 1): RpcMutation => {
  return async ({ method, params }, upstream) => {
    if (method !== 'eth_getProof') return undefined;
    const number = await numberOf(params[2], upstream);
    return upstream.ask(method, [params[0], params[1], quantity(number - blocks)]);
  };
};

/**
 * The whole witness as it was so many blocks before: header and proofs agree with each other. Blocks that are asked
 * for by a tag stay honest, since those are for learning the head.
 */
export const olderWitness = (blocks = 1): RpcMutation => {
  const proof = olderProof(blocks);
  return async (call, upstream) => {
    if (!isBlockCall(call.method)) return proof(call, upstream);
    if (!/^0x/.test(`${call.params[0]}`)) return undefined;
    const number = await numberOf(call.params[0], upstream);
    return upstream.ask('eth_getBlockByNumber', [quantity(number - blocks), false]);
  };
};

/** Of a number, tag, hash or EIP-1898 object. */
async function numberOf(block: unknown, upstream: Upstream): Promise<number> {
  const { blockHash, blockNumber } = (typeof block === 'object' ? block : {}) as Record<string, string>;
  const hash = blockHash ?? (/^0x[0-9a-f]{64}$/i.test(`${block}`) ? `${block}` : undefined);
  const answer = hash
    ? await upstream.ask('eth_getBlockByHash', [hash, false])
    : await upstream.ask('eth_getBlockByNumber', [blockNumber ?? block, false]);
  if (!('result' in answer) || answer.result === null) throw new Error('no such block');
  return Number((answer.result as { number: string }).number);
}
