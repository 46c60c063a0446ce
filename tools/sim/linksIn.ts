/** Links as the chain's own logs have them. */
import type { VirtualChain } from '../../host-sim/world/chain.js';

/** Of these envelope hashes (0x…), those that a log of the block names. */
export async function linksIn(
  chain: VirtualChain,
  number: number,
  envelopes: readonly string[],
): Promise<string[]> {
  const block = `0x${number.toString(16)}`;
  const logs = (await chain.call('eth_getLogs', [{ fromBlock: block, toBlock: block }])) as {
    data: string;
    topics: string[];
  }[];
  const text = logs.map(({ data, topics }) => data + topics.join('')).join(' ');
  return envelopes.filter(envelope => text.includes(envelope.slice(2)));
}
