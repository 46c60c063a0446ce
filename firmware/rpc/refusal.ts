/**
 * The meaning of a JSON-RPC error object to a board. Codes do not tell: the same condition has another code in
 * every client (a pruned state is -32000, -32002, -32602 or -32603), so known messages decide first, and codes
 * only where no message is known. JSON-RPC 2.0 section 5.1, EIP-1474, and the sources in the table.
 */
import type { TrustCause } from '../bytes/verdict.js';

/**
 * `unsupported`: the method is not offered. `pruned`: the block is known, its state is not, or not for proofs.
 * `absent`: the block is not known: ahead of the endpoint, or reorganised away. `limited`: asked too much.
 */
export type Refusal = 'unsupported' | 'pruned' | 'absent' | 'limited' | 'other';

/** The meaning, then words in lower case: all of them occur in the message. */
type Sign = readonly [refusal: Refusal, ...words: string[]];

/** First match counts. Beside each stands who says so, and where: a comment, since boards have no use for it. */
const signs: readonly Sign[] = [
  ['pruned', 'missing trie node'], // geth trie/errors.go; nethermind; erigon
  ['pruned', 'historical state', 'not available'], // geth triedb/pathdb/reader.go
  ['pruned', 'historical state unavailable'], // geth eth/state_accessor.go
  ['pruned', 'state histories'], // geth triedb/pathdb/reader.go (indexing)
  ['pruned', 'pruned'], // reth "state at block #1 is pruned"; geth history; cosmos
  ['pruned', 'state pruning'], // OpenEthereum
  ['pruned', 'due to pruning'], // erigon "old data not available due to pruning"
  ['pruned', 'exceeds maximum proof window'], // reth eth_getProof, --rpc.eth-proof-window
  ['pruned', 'block is too old'], // erigon eth_getProof, "block must be within"
  ['pruned', "only for the 'latest' block"], // erigon 3 eth_getProof
  ['pruned', 'no state available'], // nethermind, -32002
  ['pruned', 'missing from the db'], // nethermind MissingTrieNodeException
  ['pruned', 'world state unavailable'], // besu RpcErrorType WORLD_STATE_UNAVAILABLE
  ['pruned', 'state is not available'], // anvil, other revm nodes
  ['pruned', 'state unavailable'], // nethermind flat state
  ['pruned', 'state already discarded'], // bor, bsc
  ['pruned', 'archive'], // providers: "does not have access to archive state"
  ['absent', 'header not found'], // geth, bor, bsc
  ['absent', 'header for hash not found'], // geth internal/ethapi
  ['absent', 'block not found'], // reth, besu, erigon
  ['absent', 'unknown block'], // geth eth/backend; erigon
  ['absent', 'not currently canonical'], // geth, EIP-1898 requireCanonical
  ['absent', 'resource not found'], // anvil, -32001 for a hash reorganised away
  ['absent', 'could not be found'], // nethermind
  ['absent', 'beyond head block'], // geth
  ['limited', 'rate limit'], // providers
  ['limited', 'too many requests'], // providers
  ['limited', 'requests per second'], // QuickNode
  ['limited', 'compute unit'], // Alchemy
  ['limited', 'limit exceeded'], // EIP-1474 -32005
  ['unsupported', 'method not found'], // JSON-RPC 2.0; anvil, reth
  ['unsupported', 'method', 'does not exist'], // geth "the method … does not exist"
  ['unsupported', 'method', 'not supported'], // EIP-1474 -32004
  ['unsupported', 'method', 'not available'], // providers
  ['unsupported', 'method', 'not allowed'], // proxies with an allow list
  ['unsupported', 'method', 'whitelist'], // proxies with an allow list
  ['unsupported', 'method', 'disabled'], // providers
  ['unsupported', 'unsupported method'], // providers
  ['unsupported', 'not implemented'], // erigon stubs; light proxies
];

/** -32002 has no meaning of its own: nethermind's "no state", and others' "transaction rejected". */
const codes: ReadonlyArray<readonly [number, Refusal]> = [
  [-32601, 'unsupported'],
  [-32004, 'unsupported'],
  [-32005, 'limited'],
  [429, 'limited'],
  [-32001, 'absent'],
];

/** `message` may be anything that an endpoint sends. */
export function classifyRefusal(code: number | undefined, message: string): Refusal {
  const text = message.slice(0, 512).toLowerCase();
  const range = outOfRange(text);
  if (range !== undefined) return range;
  for (const [refusal, ...words] of signs) {
    if (words.every(word => text.includes(word))) return refusal;
  }
  for (const [known, refusal] of codes) if (known === code) return refusal;
  return 'other';
}

/** anvil's BlockOutOfRangeError says the same of a block it has pruned and of one that is yet to come. */
function outOfRange(text: string): Refusal | undefined {
  const match = /block height is ([0-9]{1,15}) but requested was ([0-9]{1,15})/.exec(text);
  if (match === null) return undefined;
  return Number(match[2]) <= Number(match[1]) ? 'pruned' : 'absent';
}

/** A cause of the protocol's table: what an endpoint does not know or will not say counts as not reached. */
export function causeOf(refusal: Refusal): Extract<TrustCause, 'unreachable' | 'unsupported' | 'pruned'> {
  return refusal === 'unsupported' || refusal === 'pruned' ? refusal : 'unreachable';
}
