/** Events of our contracts, read from an endpoint's logs. Loads viem. */
import { type Log, type PublicClient, parseEventLogs } from 'viem';
import { deviceAbi, factoryAbi, fleetAbi, releaseChannelAbi } from '../abi.generated.js';
import { type Hex, lower } from '../addresses.js';

/** Blocks that every endpoint should give the logs of in one answer. */
const RANGE_BLOCKS_MIN = 100n;

const allEvents = [...factoryAbi, ...deviceAbi, ...fleetAbi, ...releaseChannelAbi].filter(
  entry => entry.type === 'event',
);

/** Those of the logs that are events of ours, in their order; what strangers told is passed over. */
export function eventsIn(logs: Log[]) {
  return parseEventLogs({ abi: allEvents, logs }).map(log => ({
    address: lower(log.address),
    name: log.eventName as string,
    values: log.args as unknown as Record<string, unknown>,
    blockNumber: log.blockNumber,
  }));
}

/**
 * Every log of `address` in the blocks from `fromBlock` to `toBlock`, both included. A range that the endpoint refuses is
 * halved; throws viem's error when even a short one is refused.
 */
export async function logsOf(
  client: PublicClient,
  address: Hex,
  fromBlock: bigint,
  toBlock: bigint,
): Promise<Log[]> {
  if (fromBlock > toBlock) return [];
  try {
    return await client.getLogs({ address, fromBlock, toBlock });
  } catch (cause) {
    if (toBlock - fromBlock < RANGE_BLOCKS_MIN) throw cause;
    const middle = (fromBlock + toBlock) / 2n;
    return [
      ...(await logsOf(client, address, fromBlock, middle)),
      ...(await logsOf(client, address, middle + 1n, toBlock)),
    ];
  }
}
