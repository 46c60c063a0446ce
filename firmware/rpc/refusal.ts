/**
 * What a JSON-RPC error object means to a board. Codes do not tell: the same condition has another code in
 * every client (a pruned state is -32000, -32002, -32602 or -32603), so known messages decide first, and codes
 * only where no message is known. JSON-RPC 2.0 section 5.1, EIP-1474, and the sources in the table.
 */
import type { TrustCause } from '../bytes/verdict.js';

/**
 * `unsupported`: the method is not offered. `pruned`: the block is known, its state is not, or not for proofs.
 * `absent`: the block is not known: ahead of the endpoint, or reorganised away. `limited`: asked too much.
 */
export type Refusal = 'unsupported' | 'pruned' | 'absent' | 'limited' | 'other';

interface Sign {
  /** Lower case; all of them occur in the message. */
  words: readonly string[];
  refusal: Refusal;
  /** Who says so, and where it stands. */
  source: string;
}

/** First match counts. */
export const signs: readonly Sign[] = [
  { words: ['missing trie node'], refusal: 'pruned', source: 'geth trie/errors.go; nethermind; erigon' },
  { words: ['historical state', 'not available'], refusal: 'pruned', source: 'geth triedb/pathdb/reader.go' },
  { words: ['historical state unavailable'], refusal: 'pruned', source: 'geth eth/state_accessor.go' },
  { words: ['state histories'], refusal: 'pruned', source: 'geth triedb/pathdb/reader.go (indexing)' },
  {
    words: ['pruned'],
    refusal: 'pruned',
    source: 'reth "state at block #1 is pruned"; geth history; cosmos',
  },
  { words: ['state pruning'], refusal: 'pruned', source: 'OpenEthereum' },
  { words: ['due to pruning'], refusal: 'pruned', source: 'erigon "old data not available due to pruning"' },
  {
    words: ['exceeds maximum proof window'],
    refusal: 'pruned',
    source: 'reth eth_getProof, --rpc.eth-proof-window',
  },
  { words: ['block is too old'], refusal: 'pruned', source: 'erigon eth_getProof, "block must be within"' },
  { words: ["only for the 'latest' block"], refusal: 'pruned', source: 'erigon 3 eth_getProof' },
  { words: ['no state available'], refusal: 'pruned', source: 'nethermind, -32002' },
  { words: ['missing from the db'], refusal: 'pruned', source: 'nethermind MissingTrieNodeException' },
  {
    words: ['world state unavailable'],
    refusal: 'pruned',
    source: 'besu RpcErrorType WORLD_STATE_UNAVAILABLE',
  },
  { words: ['state is not available'], refusal: 'pruned', source: 'anvil, other revm nodes' },
  { words: ['state unavailable'], refusal: 'pruned', source: 'nethermind flat state' },
  { words: ['state already discarded'], refusal: 'pruned', source: 'bor, bsc' },
  { words: ['archive'], refusal: 'pruned', source: 'providers: "does not have access to archive state"' },
  { words: ['header not found'], refusal: 'absent', source: 'geth, bor, bsc' },
  { words: ['header for hash not found'], refusal: 'absent', source: 'geth internal/ethapi' },
  { words: ['block not found'], refusal: 'absent', source: 'reth, besu, erigon' },
  { words: ['unknown block'], refusal: 'absent', source: 'geth eth/backend; erigon' },
  { words: ['not currently canonical'], refusal: 'absent', source: 'geth, EIP-1898 requireCanonical' },
  { words: ['resource not found'], refusal: 'absent', source: 'anvil, -32001 for a hash reorganised away' },
  { words: ['could not be found'], refusal: 'absent', source: 'nethermind' },
  { words: ['beyond head block'], refusal: 'absent', source: 'geth' },
  { words: ['rate limit'], refusal: 'limited', source: 'providers' },
  { words: ['too many requests'], refusal: 'limited', source: 'providers' },
  { words: ['requests per second'], refusal: 'limited', source: 'QuickNode' },
  { words: ['compute unit'], refusal: 'limited', source: 'Alchemy' },
  { words: ['limit exceeded'], refusal: 'limited', source: 'EIP-1474 -32005' },
  { words: ['method not found'], refusal: 'unsupported', source: 'JSON-RPC 2.0; anvil, reth' },
  {
    words: ['method', 'does not exist'],
    refusal: 'unsupported',
    source: 'geth "the method … does not exist"',
  },
  { words: ['method', 'not supported'], refusal: 'unsupported', source: 'EIP-1474 -32004' },
  { words: ['method', 'not available'], refusal: 'unsupported', source: 'providers' },
  { words: ['method', 'not allowed'], refusal: 'unsupported', source: 'proxies with an allow list' },
  { words: ['method', 'whitelist'], refusal: 'unsupported', source: 'proxies with an allow list' },
  { words: ['method', 'disabled'], refusal: 'unsupported', source: 'providers' },
  { words: ['unsupported method'], refusal: 'unsupported', source: 'providers' },
  { words: ['not implemented'], refusal: 'unsupported', source: 'erigon stubs; light proxies' },
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
  for (const { words, refusal } of signs) {
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
