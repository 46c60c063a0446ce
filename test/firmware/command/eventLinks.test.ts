/** Links as endpoints tell of them: any answer is survived, small questions are asked, honest events become links. */
import test from 'ava';
import fc from 'fast-check';
import { encodeAbiParameters, toEventSelector } from 'viem';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { accepted, rejected, undetermined } from '../../../firmware/bytes/verdict.js';
import { eventLinks } from '../../../firmware/command/eventLinks.js';
import { nextHead } from '../../../firmware/command/link.js';
import { encodeLinks, type LinkRequest, parseLinkRequest } from '../../../firmware/command/linkWire.js';
import { proverLinks } from '../../../firmware/command/proverLinks.js';
import { walkBack } from '../../../firmware/command/walk.js';
import type { Kept, Shape } from '../../../firmware/json/shape.js';
import type { CallResult, RpcCall, RpcEndpoint } from '../../../firmware/rpc/client.js';
import type { Prover } from '../../../firmware/trust/prover.js';
import { address, flipped, word, ZERO_WORD } from '../../fakes/bytes.js';
import { holdsAsync } from '../../fakes/holds.js';
import { heard, type Said } from '../trust/endpoint.js';
import { CHAIN_ID, crypto, DEVICE } from './modelChain.js';

const LINKED = toEventSelector('Linked(uint32,bytes32,bytes32,uint64,uint32,uint32,address,uint8)');

class Endpoint implements RpcEndpoint {
  readonly url = 'model';
  readonly slow = false;
  calls: RpcCall[] = [];
  constructor(readonly answer: (call: RpcCall) => Said) {}
  async call<S extends Shape>(call: RpcCall<S>): Promise<CallResult<Kept<S>>> {
    this.calls.push(call);
    return heard(call, this.answer(call));
  }
  close(): void {}
}

/** Says so, of logs whose sequence was not asked for nothing. */
const telling = (logs: unknown) =>
  new Endpoint(({ params }) => {
    const [{ topics }] = params as [{ topics: [string, string[]] }];
    const isOther = (entry: { topics?: unknown[] } | null) => {
      const sequence = Array.isArray(entry?.topics) ? entry.topics[1] : undefined;
      return typeof sequence === 'string' && /^0x0{60}/.test(sequence) && !topics[1].includes(sequence);
    };
    return accepted(Array.isArray(logs) ? logs.filter(entry => !isOther(entry)) : logs);
  });
const sources = (...endpoints: RpcEndpoint[]) =>
  eventLinks({ crypto, device: DEVICE, endpoints, from: 5, to: 9 });

const link = (sequence: number, notAfter = 1000n) => ({
  sequence,
  commandHash: word(sequence),
  notAfter: Number(notAfter),
  epoch: 0,
  fleetEpoch: 0,
  operator: address(3),
  class: 0,
});

function log(sequence: number, head: Uint8Array, notAfter = 1000n, commandClass = 0) {
  const types = ['bytes32', 'bytes32', 'uint64', 'uint32', 'uint32', 'address', 'uint256'] as const;
  const data = encodeAbiParameters(
    types.map(type => ({ type })),
    [toHex(word(sequence)), toHex(head), notAfter, 0, 0, toHex(address(3)), BigInt(commandClass)] as never,
  );
  return { topics: [LINKED, `0x${sequence.toString(16).padStart(64, '0')}`], data };
}

const heads = [ZERO_WORD];
for (let sequence = 1; sequence <= 3; sequence++)
  heads.push(nextHead(crypto, heads[sequence - 1], link(sequence)));
const honest = [1, 2, 3].map(sequence => log(sequence, heads[sequence]));

test('events become links, each with the head that the one before made', async t => {
  const [source] = sources(telling(honest));
  const links = await source(3, 32);
  t.deepEqual(links, [
    { ...link(1), previousHead: undefined },
    { ...link(2), previousHead: heads[1] },
    { ...link(3), previousHead: heads[2] },
  ]);
});

test('the question names device, blocks and sequences, one more than asked', async t => {
  const endpoint = telling([]);
  await sources(endpoint)[0](40, 32);
  const [{ method, params }] = endpoint.calls;
  const [{ address: from, fromBlock, toBlock, topics }] = params as [Record<string, unknown>];
  t.deepEqual([method, from, fromBlock, toBlock], ['eth_getLogs', toHex(DEVICE), '0x5', '0x9']);
  const [event, sequences] = topics as [string, string[]];
  t.is(event, LINKED);
  t.deepEqual(
    sequences.map(Number),
    Array.from({ length: 33 }, (_, i) => 40 - i),
  );
  t.deepEqual(await sources(endpoint)[0](0, 32), []);
});

const walk = (...endpoints: RpcEndpoint[]) =>
  walkBack({
    crypto,
    chainId: CHAIN_ID,
    device: DEVICE,
    proven: { epoch: 0, sequence: 3, head: heads[3], block: 9 },
    known: { epoch: 0, sequence: 0, head: ZERO_WORD, block: 0 },
    settled: { epoch: 0, sequence: 0, head: ZERO_WORD, block: 0 },
    sources: sources(...endpoints),
    onLink: () => {},
  });

test('numbers that no honest event holds are no links, and fault nobody', async t => {
  const lies = [
    honest.map((_, i) => log(i + 1, heads[i + 1], 2n ** 63n)),
    honest.map((_, i) => log(i + 1, heads[i + 1], 1000n, 2 ** 52)),
    [...honest, { topics: [LINKED, `0x${'ff'.repeat(32)}`], data: honest[0].data }].reverse(),
    honest.map(({ data, topics }) => ({ topics, data: `${data}00` })),
    honest.map(({ data }) => ({ topics: [LINKED], data })),
    honest.map(({ topics }) => ({ topics, data: null })),
  ];
  for (const lie of lies) {
    const alone = await walk(telling(lie));
    t.is(alone.verdict, 'undetermined');
    t.is((await walk(telling(lie), telling(honest))).verdict, 'accepted');
  }
});

test('whatever an endpoint answers, the walk ends without an exception, and the honest twin is still heard', async t => {
  await holdsAsync(
    t,
    fc.asyncProperty(fc.jsonValue(), async value => {
      t.is((await walk(telling(value))).verdict, 'undetermined');
      t.is((await walk(telling(value), telling(honest))).verdict, 'accepted');
    }),
    { numRuns: 200 },
  );
});

test('an honest log with any one value replaced by anything gives no other link', async t => {
  const field = fc.constantFrom('topics', 'data', 'both');
  await holdsAsync(
    t,
    fc.asyncProperty(field, fc.jsonValue(), fc.nat(2), async (name, value, index) => {
      const logs = honest.map((entry, i) => {
        if (i !== index) return entry;
        return name === 'both' ? value : { ...entry, [name]: value };
      });
      const found = await walk(telling(logs));
      if (found.verdict === 'accepted')
        t.deepEqual(
          found.value.links.map(({ commandHash }) => commandHash[0]),
          [1, 2, 3],
        );
      t.is((await walk(telling(logs), telling(honest))).verdict, 'accepted');
    }),
    { numRuns: 200 },
  );
});

test('an endpoint that cannot answer is passed over', async t => {
  const silent = new Endpoint(() => undetermined('unreachable', 'off'));
  const refusing = new Endpoint(() => rejected('malformed', 'no'));
  t.is((await walk(silent, refusing, telling(honest))).verdict, 'accepted');
  t.is((await walk(silent, refusing)).verdict, 'undetermined');
});

/** A prover that tells so of links. */
const prover = (tell: (request: LinkRequest) => Uint8Array | undefined): Prover => ({
  name: 'model',
  async ask(path, bytesMax) {
    const request = parseLinkRequest(fromHex(path.slice('/light/v1/links/'.length))!);
    if (request.verdict === 'rejected') throw new Error(request.evidence);
    const told = tell(request.value);
    if (!told) return undetermined('unsupported', 'it answers 404');
    return told.length > bytesMax ? undetermined('unreachable', 'too long') : accepted(told);
  },
  close() {},
});

test('links that a prover tells in their compact form are walked; a prover that invents or omits misleads nobody', async t => {
  const heads = [ZERO_WORD];
  for (let n = 1; n <= 20; n++) heads.push(nextHead(crypto, heads[n - 1], link(n)));
  const position = (sequence: number) => ({ epoch: 0, sequence, head: heads[sequence], block: 9 });
  const requests: LinkRequest[] = [];
  const honest = (request: LinkRequest) => {
    requests.push(request);
    const links = Array.from({ length: request.count }, (_, i) => request.sequence - i).filter(n => n > 0);
    return encodeLinks(links.map(n => ({ ...link(n), previousHead: heads[n - 1] })));
  };
  const walk = (...provers: Prover[]) =>
    walkBack({
      ...{ crypto, chainId: CHAIN_ID, device: DEVICE, onLink: () => {} },
      ...{ proven: position(20), known: position(3), settled: position(3) },
      sources: provers.map(each => proverLinks(each, DEVICE, 5, 9)),
    });
  const walked = await walk(prover(honest));
  t.deepEqual(walked.verdict === 'accepted' && walked.value.links.map(({ sequence }) => sequence), [
    ...Array.from({ length: 17 }, (_, i) => i + 4),
  ]);
  t.deepEqual(
    requests.map(({ count, sequence }) => [sequence, count]),
    [
      [20, 8],
      [12, 8],
      [4, 1],
    ],
    'no more than is missing',
  );
  const lies: ((request: LinkRequest) => Uint8Array | undefined)[] = [
    () => undefined,
    () => new Uint8Array(0),
    () => new Uint8Array(2000).fill(0xc0),
    request => honest(request).slice(0, -1),
    request => flipped(honest(request), 300),
    () => encodeLinks([]),
    request => encodeLinks(Array.from({ length: 9 }, () => link(request.sequence))),
    request => encodeLinks([{ ...link(request.sequence, 5000n), previousHead: heads[request.sequence - 1] }]),
  ];
  for (const lie of lies) {
    t.like(await walk(prover(lie)), { verdict: 'undetermined', cause: 'withheld' });
    t.like(await walk(prover(lie), prover(honest)), { verdict: 'accepted' });
  }
});
