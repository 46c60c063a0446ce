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

/** The part of a log that makes a link. */
export const eventShape = object({ data: data(32 * WORDS), topics: list(4, data(32)) });
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
  return slowLast(endpoints).map(endpoint => (sequence, count) => {
    // Not an async function: see rpc/client.ts.
    const wanted = wantedSequences(sequence, count);
    if (wanted.length === 0) return Promise.resolve([]);
    // No more events than sequences: who tells more tells of others.
    return endpoint
      .call({
        method: 'eth_getLogs',
        params: [linkFilter(crypto, { device, from, to, wanted })],
        result: list(wanted.length, eventShape),
        keptBytesMax: wanted.length * EVENT_BYTES_MAX,
      })
      .then(logs => (logs.verdict === 'accepted' ? linksOfEvents(crypto, logs.value ?? []) : []));
  });
}

/** One more than was asked for: the head that the last of them was appended to stands in the link before it. */
export function wantedSequences(sequence: number, count: number): string[] {
  const wanted: string[] = [];
  for (let at = sequence; at > 0 && at >= sequence - count; at--) wanted.push(toHex(wordFromNumber(at)));
  return wanted;
}

/** The filter of eth_getLogs for the links of those sequences (`wantedSequences`) in the blocks `from` to `to`. */
export const linkFilter = (
  crypto: Crypto,
  asked: { device: Uint8Array; from: number; to: number; wanted: readonly string[] },
) => ({
  address: toHex(asked.device),
  fromBlock: `0x${asked.from.toString(16)}`,
  toBlock: `0x${asked.to.toString(16)}`,
  topics: [toHex(hashText(crypto, LINKED)), asked.wanted],
});

/** The links of events, each with the head before it where that stands in another of them. */
export function linksOfEvents(crypto: Crypto, logs: readonly Kept<typeof eventShape>[]): ClaimedLink[] {
  const linked = hashText(crypto, LINKED);
  const links: AuthenticLink[] = [];
  for (const log of logs) {
    const link = parse(log, linked);
    if (link) links.push(link);
  }
  return links.map(({ head, ...claimed }): ClaimedLink => {
    const before = links.find(
      other => other.sequence === claimed.sequence - 1 && other.epoch === claimed.epoch,
    );
    return { ...claimed, previousHead: before?.head };
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
