/**
 * The abilities of a JSON-RPC endpoint that a board needs, asked for once before it is relied on: many public endpoints refuse
 * `eth_getProof` (EIP-1186) or prove the newest block only, while a finalized block is 64 to 96 blocks back.
 */
import { readNumber } from '../bytes/bigEndian.js';
import { accepted, rejected, undetermined, type Verdict } from '../bytes/verdict.js';
import { data, type Kept, list, object } from '../json/shape.js';
import { blockNameCall, chainIdCall, readBlockName } from './blocks.js';
import type { CallResult, RpcCause, RpcEndpoint } from './client.js';

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

/** Bytes of a proof of one account with one slot. */
const PROOF_BYTES_MAX = 16_384;

const proof = object({ accountProof: list(65, data(532)) });

/** Asks for the chain, its newest and final blocks, and a proof at each. `account` is any, since absence is proven too. */
export async function probe(endpoint: RpcEndpoint, account: string = anyAccount): Promise<ProbeResult> {
  const prove = (block: unknown): Promise<CallResult<Kept<typeof proof>>> =>
    endpoint.call({
      method: 'eth_getProof',
      params: [account, [zeroSlot], block],
      result: proof,
      keptBytesMax: PROOF_BYTES_MAX,
    });
  const chain = await endpoint.call(chainIdCall);
  if (chain.verdict !== 'accepted') return chain;
  const latest = await endpoint.call(blockNameCall('latest'));
  if (latest.verdict !== 'accepted') return latest;
  const chainId = chain.value ? readNumber(chain.value) : undefined;
  const newest = readBlockName(latest.value);
  if (chainId === undefined || newest === undefined)
    return rejected('malformed', 'no chain id or no latest block');
  const failed = proofFailure(await prove('latest'), 'latest');
  if (failed !== undefined) return failed;

  const finalized = await endpoint.call(blockNameCall('finalized'));
  const final = finalized.verdict === 'accepted' ? readBlockName(finalized.value) : undefined;
  const target = final ?? newest;
  const back = newest.number - target.number;
  const byNumber = await prove(`0x${target.number.toString(16)}`);
  const failedAgain = proofFailure(byNumber, `block ${target.number}, ${back} back`);
  if (failedAgain !== undefined) return failedAgain;
  return accepted({
    chainId,
    latest: newest.number,
    finalized: final?.number,
    provesByHash: proofFailure(await prove({ blockHash: target.hash }), 'hash') === undefined,
  });
}

function proofFailure(
  result: CallResult<Kept<typeof proof>>,
  where: string,
): Exclude<CallResult<never>, { verdict: 'accepted' }> | undefined {
  const evidence = (said: string) => `eth_getProof at ${where}: ${said}`;
  if (result.verdict === 'rejected') return rejected(result.code, evidence(result.evidence));
  if (result.verdict === 'undetermined') return undetermined(result.cause, evidence(result.evidence));
  const nodes = result.value?.accountProof;
  const isGood = nodes && nodes.length > 0 && nodes.every(Boolean);
  return isGood ? undefined : rejected('malformed', evidence('no account proof'));
}
