/** Endpoints that do not answer, or cannot: no lie among them. */
import type { RpcMutation, RpcOutcome } from './proxy.js';

const always = (outcome: RpcOutcome, methods: RegExp): RpcMutation => {
  return async ({ method }) => (methods.test(method) ? outcome : undefined);
};

/** Never answers, until the proxy or the connection is closed. */
export const hang = (methods: RegExp = /./): RpcMutation => {
  return ({ method }) => (methods.test(method) ? new Promise(() => {}) : undefined);
};

/** Answers honestly, later. */
export const delay = (milliseconds: number, methods: RegExp = /./): RpcMutation => {
  return async ({ method }, upstream) => {
    if (!methods.test(method)) return undefined;
    await new Promise(resolve => setTimeout(resolve, milliseconds));
    return upstream.answer();
  };
};

/** Cuts the connection after so many bytes of the answer's body; 0: before its head. */
export const cutConnection = (bytes = 0, methods: RegExp = /./): RpcMutation =>
  always({ cut: bytes }, methods);

/** An HTTP status in place of an answer, as gateways and rate limits give. */
export const httpStatus = (status: number, methods: RegExp = /./): RpcMutation =>
  always({ body: 'not now', status }, methods);

/** An endpoint that does not know the method: eth_getProof is missing with many providers. */
export const missingMethod = (methods: RegExp = /^eth_getProof$/): RpcMutation =>
  always({ error: { code: -32601, message: 'the method does not exist/is not available' } }, methods);

/** The errors of clients that no longer hold the state. */
const prunedMessages = {
  geth: 'missing trie node 4ffe7f3a7d1e6d8d9b1b3c8f (path ) state 0x4ffe is not available, not found',
  reth: 'distance to target block exceeds maximum proof window',
  erigon: 'requested block is too old, block must be within 1000 blocks of the head block number',
  anvil: 'state is not available',
} as const;

/** An endpoint that no longer holds the state of the block. */
export const pruned = (client: keyof typeof prunedMessages = 'geth'): RpcMutation =>
  always({ error: { code: -32000, message: prunedMessages[client] } }, /^eth_getProof$/);
