/** Links from the events of a Device, as endpoints tell them. They are claims until a proven head vouches for them. */

import { readNumber, wordFromNumber } from '../bytes/bigEndian.js';
import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { hashText } from '../contract/typedData.js';
import { data, type Kept, list, object } from '../json/shape.js';
import type { Crypto } from '../port/crypto.js';
import { type RpcEndpoint, slowLast } from '../rpc/client.js';
import type { AuthenticLink, ClaimedLink, LinkSource } from './walk.js';

/** Words of an event's data. */
const WORDS = 7;

const eventShape = object({ data: data(32 * WORDS), topics: list(4, data(32)) });
/** Bytes of one event with what each of its values costs where it is kept. */
const EVENT_BYTES_MAX = 32 * WORDS + 4 * 36 + 10;

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
  const linked = hashText(crypto, LINKED);
  return slowLast(endpoints).map(endpoint => async (sequence, count) => {
    // One more than was asked for: the head that the last of them was appended to stands in the link before it.
    const wanted: string[] = [];
    for (let at = sequence; at > 0 && at >= sequence - count; at--) wanted.push(toHex(wordFromNumber(at)));
    if (wanted.length === 0) return [];
    const filter = {
      address: toHex(device),
      fromBlock: `0x${from.toString(16)}`,
      toBlock: `0x${to.toString(16)}`,
      topics: [toHex(linked), wanted],
    };
    // No more events than sequences: who tells more tells of others.
    const logs = await endpoint.call({
      method: 'eth_getLogs',
      params: [filter],
      result: list(wanted.length, eventShape),
      keptBytesMax: wanted.length * EVENT_BYTES_MAX,
    });
    if (logs.verdict !== 'accepted') return [];
    const links: AuthenticLink[] = [];
    for (const log of logs.value ?? []) {
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
function parse(log: Kept<typeof eventShape>, linked: Uint8Array): AuthenticLink | undefined {
  const [event, topic] = log?.topics ?? [];
  if (!event || !equal(event, linked) || topic?.length !== 32) return undefined;
  const bytes = log?.data;
  if (bytes?.length !== 32 * WORDS) return undefined;
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
