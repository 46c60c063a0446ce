/** Links from the events of a Device, as endpoints tell them. They are claims until a proven head vouches for them. */

import { readNumber, wordFromNumber } from '../bytes/bigEndian.js';
import { fromHex, toHex } from '../bytes/hex.js';
import { hashText } from '../contract/typedData.js';
import type { Crypto } from '../port/crypto.js';
import type { RpcEndpoint } from '../rpc/client.js';
import type { AuthenticLink, ClaimedLink, LinkSource } from './walk.js';

/** The event of Device.sol. */
const LINKED = 'Linked(uint32,bytes32,bytes32,uint64,uint32,uint32,address,uint8)';

/**
 * Sources of links, one for each endpoint. A question names the sequences that it asks for, so that an answer stays
 * small however much happened in the blocks `from` to `to`. An endpoint that omits or invents links does not mislead
 * the walk, which notices it and asks the next one.
 */
export function eventLinks(options: {
  crypto: Crypto;
  device: Uint8Array;
  endpoints: readonly RpcEndpoint[];
  from: number;
  to: number;
}): LinkSource[] {
  const { crypto, device, endpoints, from, to } = options;
  const linked = toHex(hashText(crypto, LINKED));
  return endpoints.map(endpoint => async (sequence, count) => {
    // One more than was asked for: the head that the last of them was appended to stands in the link before it.
    const wanted: string[] = [];
    for (let at = sequence; at > 0 && at >= sequence - count; at--) wanted.push(toHex(wordFromNumber(at)));
    if (wanted.length === 0) return [];
    const filter = {
      address: toHex(device),
      fromBlock: `0x${from.toString(16)}`,
      toBlock: `0x${to.toString(16)}`,
      topics: [linked, wanted],
    };
    const answer = await endpoint.batch([{ method: 'eth_getLogs', params: [filter] }]);
    if (answer.verdict !== 'accepted' || answer.value[0].verdict !== 'accepted') return [];
    const logs = answer.value[0].value;
    if (!Array.isArray(logs)) return [];
    const links: AuthenticLink[] = [];
    for (const log of logs.slice(0, wanted.length)) {
      const link = parse(log, linked);
      if (link) links.push(link);
    }
    return links.map((link): ClaimedLink => {
      const { head, ...claimed } = link;
      const before = links.find(other => other.sequence === link.sequence - 1 && other.epoch === link.epoch);
      return { ...claimed, previousHead: before?.head };
    });
  });
}

/** Undefined for a log that is not this event, or that holds a number beyond 2^53. */
function parse(log: unknown, linked: string): AuthenticLink | undefined {
  const { data, topics } = (log ?? {}) as { data?: unknown; topics?: unknown };
  if (!Array.isArray(topics) || topics[0] !== linked) return undefined;
  const topic = fromHex(topics[1], 32);
  const bytes = typeof data === 'string' && data.length === 2 + 64 * 7 ? fromHex(data) : undefined;
  if (!bytes || !topic) return undefined;
  const word = (index: number) => bytes.slice(32 * index, 32 * index + 32);
  const sequence = readNumber(topic);
  const [notAfter, epoch, fleetEpoch] = [2, 3, 4].map(index => readNumber(word(index)));
  const commandClass = readNumber(word(6));
  if (
    sequence === undefined ||
    notAfter === undefined ||
    epoch === undefined ||
    fleetEpoch === undefined ||
    commandClass === undefined
  ) {
    return undefined;
  }
  return {
    sequence,
    commandHash: word(0),
    head: word(1),
    notAfter,
    epoch,
    fleetEpoch,
    operator: word(5).slice(12),
    class: commandClass,
  };
}
