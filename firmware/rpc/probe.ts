/**
 * What a JSON-RPC endpoint can do for a board, asked once before it is relied on: many public endpoints refuse
 * `eth_getProof` (EIP-1186) or prove the newest block only, while a finalized block is 64 to 96 blocks back.
 */
import { accepted, rejected, undetermined, type Verdict } from '../bytes/verdict.js';
import type { CallResult, RpcCall, RpcCause, RpcEndpoint } from './client.js';

export interface Capabilities {
  chainId: number;
  latest: number;
  /** Undefined where the endpoint knows no `finalized` tag; then proofs were tried at the latest block only. */
  finalized?: number;
  /** It also proves at a block named by its hash (EIP-1898), which a reorganisation cannot exchange. */
  provesByHash: boolean;
}

/** Accepted: it proves what a board needs. Undetermined `unsupported` or `pruned`: it answers, and does not. */
export type ProbeResult = Verdict<Capabilities, 'malformed', RpcCause>;

/** Any account serves: absence is proven as well as presence. */
const anyAccount = '0x0000000000000000000000000000000000000000';
const zeroSlot = '0x0000000000000000000000000000000000000000000000000000000000000000';

export async function probe(endpoint: RpcEndpoint, account: string = anyAccount): Promise<ProbeResult> {
  const proof = (block: unknown): RpcCall => ({
    method: 'eth_getProof',
    params: [account, [zeroSlot], block],
  });
  const first = await endpoint.batch([
    { method: 'eth_chainId', params: [] },
    { method: 'eth_getBlockByNumber', params: ['latest', false] },
    { method: 'eth_getBlockByNumber', params: ['finalized', false] },
    proof('latest'),
  ]);
  if (first.verdict !== 'accepted') return first;
  const [chain, latest, finalized, newestProof] = first.value;
  if (chain.verdict !== 'accepted') return chain;
  if (latest.verdict !== 'accepted') return latest;
  const chainId = readQuantity(chain.value);
  const newest = readBlock(latest.value);
  if (chainId === undefined || newest === undefined)
    return rejected('malformed', 'no chain id or no latest block');
  const failed = proofFailure(newestProof, 'latest');
  if (failed !== undefined) return failed;

  const final = finalized.verdict === 'accepted' ? readBlock(finalized.value) : undefined;
  const target = final ?? newest;
  const second = await endpoint.batch([
    proof(`0x${target.number.toString(16)}`),
    proof({ blockHash: target.hash }),
  ]);
  if (second.verdict !== 'accepted') return second;
  const [byNumber, byHash] = second.value;
  const back = newest.number - target.number;
  const failedAgain = proofFailure(byNumber, `block ${target.number}, ${back} back`);
  if (failedAgain !== undefined) return failedAgain;
  return accepted({
    chainId,
    latest: newest.number,
    finalized: final?.number,
    provesByHash: proofFailure(byHash, 'hash') === undefined,
  });
}

function proofFailure(
  result: CallResult,
  where: string,
): Exclude<CallResult, { verdict: 'accepted' }> | undefined {
  const evidence = (said: string) => `eth_getProof at ${where}: ${said}`;
  if (result.verdict === 'rejected') return rejected(result.code, evidence(result.evidence));
  if (result.verdict === 'undetermined') return undetermined(result.cause, evidence(result.evidence));
  const nodes = (result.value as { accountProof?: unknown } | null)?.accountProof;
  const good = Array.isArray(nodes) && nodes.length > 0 && nodes.every(node => typeof node === 'string');
  return good ? undefined : rejected('malformed', evidence('no account proof'));
}

function readBlock(value: unknown): { number: number; hash: string } | undefined {
  const { number, hash } = (value ?? {}) as { number?: unknown; hash?: unknown };
  const height = readQuantity(number);
  const wellFormed = typeof hash === 'string' && /^0x[0-9a-fA-F]{64}$/.test(hash);
  return height === undefined || !wellFormed ? undefined : { number: height, hash };
}

/** A JSON-RPC quantity up to 2^53 - 1. */
export function readQuantity(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^0x[0-9a-fA-F]{1,14}$/.test(value)) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}
