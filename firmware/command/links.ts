/** Links from the events of a Device, as any endpoint tells them: claims, until a proven head vouches for them. */

import { readNumber, wordFromNumber } from '../bytes/bigEndian.js';
import { fromHex, toHex } from '../bytes/hex.js';
import { hashText } from '../contract/typedData.js';
import type { Crypto } from '../port/crypto.js';
import type { RpcEndpoint } from '../rpc/client.js';
import type { ClaimedLink, LinkSource } from './walk.js';

/** Both events that set a head: a link, and the start of an epoch. */
const LINKED = 'Linked(uint32,bytes32,bytes32,uint64,uint32,uint32,address,uint8)';
const EPOCH_BUMPED = 'EpochBumped(uint32,uint32,bytes32)';

interface Headed {
  sequence: number;
  head: Uint8Array;
  link?: Omit<ClaimedLink, 'previousHead'>;
}

/**
 * Asks one endpoint after the other for the links up to `sequence` in the blocks from `from` to `to`. What an
 * endpoint leaves out or invents shows in the walk, which then finds no link; it cannot mislead it.
 */
export function eventLinks(options: {
  crypto: Crypto;
  device: Uint8Array;
  endpoints: readonly RpcEndpoint[];
  from: number;
  to: number;
}): LinkSource {
  const { crypto, device, endpoints, from, to } = options;
  const topics = [toHex(hashText(crypto, LINKED)), toHex(hashText(crypto, EPOCH_BUMPED))];
  let turn = 0;
  return async (sequence, count) => {
    const endpoint = endpoints[turn++ % endpoints.length];
    const filter = {
      address: toHex(device),
      fromBlock: `0x${from.toString(16)}`,
      toBlock: `0x${to.toString(16)}`,
      topics: [topics],
    };
    const answer = await endpoint.batch([{ method: 'eth_getLogs', params: [filter] }]);
    if (answer.verdict !== 'accepted' || answer.value[0].verdict !== 'accepted') return [];
    const logs = answer.value[0].value;
    if (!Array.isArray(logs)) return [];
    const heads = logs.map(log => parse(log, topics)).filter((head): head is Headed => head !== undefined);
    return heads
      .filter(({ link, sequence: at }) => link && at <= sequence && at > sequence - count)
      .map(({ link, sequence: at }) => {
        // The head before: the newest one set at the sequence before, else the very beginning.
        const before = heads.filter(other => other.sequence === at - 1).pop();
        return { ...link!, previousHead: before?.head ?? wordFromNumber(0) };
      });
  };
}

function parse(log: unknown, [linked, bumped]: readonly string[]): Headed | undefined {
  const { data, topics } = (log ?? {}) as { data?: unknown; topics?: unknown };
  if (!Array.isArray(topics)) return undefined;
  const bytes = typeof data === 'string' && data.length <= 2 + 64 * 7 ? fromHex(data) : undefined;
  if (!bytes) return undefined;
  const word = (index: number) => bytes.slice(32 * index, 32 * index + 32);
  const number = (index: number) => readNumber(word(index)) ?? Number.NaN;
  if (topics[0] === bumped && bytes.length === 96) return { sequence: number(1), head: word(2) };
  const sequence = fromHex(topics[1], 32);
  if (topics[0] !== linked || bytes.length !== 224 || !sequence) return undefined;
  const at = readNumber(sequence) ?? Number.NaN;
  return {
    sequence: at,
    head: word(1),
    link: {
      sequence: at,
      commandHash: word(0),
      notAfter: number(2),
      epoch: number(3),
      fleetEpoch: number(4),
      operator: word(5).slice(12),
      class: number(6),
    },
  };
}
