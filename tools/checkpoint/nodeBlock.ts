/** A block as the operator's own node tells of it. */
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { call } from '../../host-sim/node/chain/call.js';
import { Failure } from '../cli/failure.js';
import type { Hex } from '../cli/kinds.js';

export interface NodeBlock {
  number: number;
  hash: Hex;
  /** Unix seconds. */
  timestamp: number;
}

/** @param which a number as 0x and hex digits, or a tag. @throws Failure `rpc` when the node has no such block */
export async function readBlock(rpc: string, which: string): Promise<NodeBlock> {
  const answer = (await call(rpc, 'eth_getBlockByNumber', [which, false])) as Record<string, string> | null;
  const hash = fromHex(answer?.hash, 32);
  const [number, timestamp] = [Number(answer?.number), Number(answer?.timestamp)];
  if (!hash || !Number.isSafeInteger(number) || !Number.isSafeInteger(timestamp))
    throw new Failure(
      'rpc',
      `The node has no ${which} block: check that --rpc names a node that is in step with its chain.`,
    );
  return { number, timestamp, hash: toHex(hash) as Hex };
}
