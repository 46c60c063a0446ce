/**
 * The standard Beacon API (ethereum/beacon-APIs) as far as light clients and their provers ask for it: light client
 * data in SSZ or JSON, the chain's data and headers in JSON.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type BeaconChain, epochAt, forkAt, periodAt } from '../../firmware/beacon/chain.js';
import { concat } from '../../firmware/bytes/concat.js';
import { toHex } from '../../firmware/bytes/hex.js';
import type { SszType } from '../node/beaconApi/ssz.js';
import { typesAt } from '../node/beaconApi/types.js';
import { layoutAt, type SimulatedBlock } from './block.js';
import type { History } from './history.js';
import { updateIn } from './laterContainer.js';
import { forkNames, nameOf } from './schedule.js';
import type { Updates } from './updates.js';

/** The most updates that one request gets (MAX_REQUEST_LIGHT_CLIENT_UPDATES). */
const UPDATES_MAX = 128;

/** Data of a fork, which goes out as SSZ or as JSON. */
interface Answer<T = unknown> {
  slot: number;
  type: SszType<T>;
  value: T;
}

class NotFound extends Error {}

const plain = (data: unknown) => ({ json: { execution_optimistic: false, finalized: false, data } });

export interface ApiContext {
  chain: BeaconChain;
  history: History;
  updates: Updates;
}

type Answers = { one: Answer } | { many: Answer[] };
type Body = { json: unknown } | Answers;

/** An answer of the API, whole. */
export interface ApiAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/** Answers over HTTP. */
export async function answerApi(
  context: ApiContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.resume();
  response.on('error', () => {});
  const { headers, method, url = '/' } = request;
  const answer =
    method === 'GET'
      ? await apiAnswer(context, url, headers.accept ?? '')
      : jsonAnswer(405, { code: 405, message: 'GET only' });
  response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
  response.end(answer.body);
}

/** The answer to a GET of that path and query, as SSZ where `accept` names it. Never throws. */
export async function apiAnswer(context: ApiContext, url: string, accept: string): Promise<ApiAnswer> {
  try {
    const { pathname, searchParams } = new URL(url, 'http://beacon');
    await context.history.update();
    const body = route(context, pathname, searchParams);
    if ('json' in body) return jsonAnswer(200, body.json);
    const wantsSsz = /application\/octet-stream/.test(accept);
    return wantsSsz ? sszBody(context.chain, body) : jsonBody(context.chain, body);
  } catch (error) {
    const code = error instanceof NotFound ? 404 : 500;
    return jsonAnswer(code, { code, message: (error as Error).message });
  }
}

function route(context: ApiContext, path: string, query: URLSearchParams): Body {
  const { chain, history, updates } = context;
  const light = /^\/eth\/v1\/beacon\/light_client\/(.*)$/.exec(path)?.[1];
  const { head } = history;
  if (light === 'optimistic_update') {
    return { one: answer(chain, head, 'optimisticUpdate', updates.optimistic(head)) };
  }
  if (light === 'finality_update') {
    if (!history.finalized) throw new NotFound('nothing is final yet');
    const update = updateIn(layoutAt(chain, head.slot), updates.finality(head, history.finalized));
    return { one: answer(chain, head, 'finalityUpdate', update) };
  }
  if (light === 'updates') {
    const first = Number(query.get('start_period'));
    const count = Math.min(Number(query.get('count')), UPDATES_MAX);
    return { many: updatesFrom(context, first, count) };
  }
  const root = /^bootstrap\/(0x[0-9a-f]{64})$/.exec(light ?? '')?.[1];
  if (root) {
    const block = find(history, root);
    return {
      one: answer(chain, block, 'bootstrap', updates.bootstrap(block, history.finalizedOf(block))),
    };
  }
  return chainData(context, path);
}

function answer(
  chain: BeaconChain,
  { slot }: SimulatedBlock,
  kind: 'bootstrap' | 'update' | 'finalityUpdate' | 'optimisticUpdate',
  value: unknown,
): Answer {
  return { slot, value, type: typesAt(chain, slot)[kind] as SszType<unknown> };
}

function updatesFrom({ chain, history, updates }: ApiContext, first: number, count: number): Answer[] {
  const found: Answer[] = [];
  for (let period = first; period < first + count && period <= periodAt(chain, history.head.slot); period++) {
    const attested = history.bestOf(period);
    const finalized = attested && history.finalizedOf(attested);
    if (!attested || !finalized) continue;
    const update = updateIn(layoutAt(chain, attested.slot), updates.update(attested, finalized));
    found.push(answer(chain, attested, 'update', update));
  }
  return found;
}

function chainData({ chain, history }: ApiContext, path: string): Body {
  if (path === '/eth/v1/beacon/genesis') {
    const genesis_validators_root = toHex(chain.genesisValidatorsRoot);
    const genesis_fork_version = toHex(chain.forks[0].version);
    return {
      json: { data: { genesis_time: `${chain.genesisTime}`, genesis_validators_root, genesis_fork_version } },
    };
  }
  if (path === '/eth/v1/config/spec') return { json: { data: specOf(chain) } };
  if (path === '/eth/v1/node/version') return { json: { data: { version: 'holdfast-simulator' } } };
  if (path === '/eth/v1/node/syncing') {
    const head_slot = `${history.head.slot}`;
    return { json: { data: { head_slot, sync_distance: '0', is_syncing: false, is_optimistic: false } } };
  }
  const [, what, id] = /^\/eth\/v1\/beacon\/(headers|blocks|states)\/([0-9a-z]{1,66})/.exec(path) ?? [];
  if (what === 'headers' && path.endsWith(id)) return plain(headerJson(chain, find(history, id)));
  if (what === 'blocks' && path.endsWith(`${id}/root`)) return plain({ root: toHex(find(history, id).root) });
  if (what === 'states' && path.endsWith(`${id}/finality_checkpoints`)) {
    const block = history.finalizedOf(find(history, id));
    const epoch = block ? epochAt(chain, block.slot + chain.slotsPerEpoch - 1) : 0;
    const checkpoint = { epoch: `${epoch}`, root: toHex(block?.root ?? new Uint8Array(32)) };
    return plain({ previous_justified: checkpoint, current_justified: checkpoint, finalized: checkpoint });
  }
  throw new NotFound('no such thing here');
}

/** By `head`, `finalized`, `genesis`, slot or root. */
function find(history: History, id: string): SimulatedBlock {
  const { blocks, finalized, head } = history;
  const block =
    id === 'head'
      ? head
      : id === 'finalized'
        ? finalized
        : id === 'genesis'
          ? blocks[0]
          : id.startsWith('0x')
            ? blocks.find(({ root }) => toHex(root) === id)
            : blocks.find(({ slot }) => slot === Number(id));
  if (!block) throw new NotFound(`no block ${id}`);
  return block;
}

const headerJson = (chain: BeaconChain, block: SimulatedBlock) => ({
  root: toHex(block.root),
  canonical: true,
  header: {
    message: (typesAt(chain, block.slot).header.toJson(block.header) as { beacon: unknown }).beacon,
    signature: toHex(new Uint8Array(96)),
  },
});

function specOf(chain: BeaconChain): Record<string, string> {
  const spec: Record<string, string> = {
    PRESET_BASE: 'mainnet',
    CONFIG_NAME: 'holdfast-simulator',
    SECONDS_PER_SLOT: `${chain.secondsPerSlot}`,
    SLOTS_PER_EPOCH: `${chain.slotsPerEpoch}`,
    EPOCHS_PER_SYNC_COMMITTEE_PERIOD: `${chain.epochsPerPeriod}`,
    SYNC_COMMITTEE_SIZE: `${chain.committeeSize}`,
  };
  for (const name of ['altair', 'bellatrix', 'capella', ...forkNames]) {
    const fork = chain.forks.find(known => nameOf(known) === name);
    const later = forkNames.some(
      known => known === name && forkNames.indexOf(known) > forkNames.indexOf(nameOf(chain.forks[0])),
    );
    spec[`${name.toUpperCase()}_FORK_EPOCH`] = fork ? `${fork.epoch}` : later ? `${2n ** 64n - 1n}` : '0';
    if (fork) spec[`${name.toUpperCase()}_FORK_VERSION`] = toHex(fork.version);
  }
  return spec;
}

function jsonAnswer(status: number, json: unknown, headers: Record<string, string> = {}): ApiAnswer {
  const body = Buffer.from(JSON.stringify(json));
  return { status, headers: { ...headers, 'content-type': 'application/json' }, body };
}

const versionAt = (chain: BeaconChain, slot: number): string => nameOf(forkAt(chain, slot)!);

/** The header of a single one. */
const versionHeader = (chain: BeaconChain, body: Answers): Record<string, string> =>
  'one' in body ? { 'eth-consensus-version': versionAt(chain, body.one.slot) } : {};

function jsonBody(chain: BeaconChain, body: Answers): ApiAnswer {
  const form = ({ slot, type, value }: Answer) => ({
    version: versionAt(chain, slot),
    data: type.toJson(value),
  });
  const json = 'one' in body ? form(body.one) : body.many.map(form);
  return jsonAnswer(200, json, versionHeader(chain, body));
}

/** Several come one after the other: length (8 bytes, little-endian), fork digest (4), data. */
function sszBody(chain: BeaconChain, answers: Answers): ApiAnswer {
  const bytesOf = ({ type, value }: Answer) => type.encode(value);
  const chunk = (one: Answer) => {
    const bytes = bytesOf(one);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(bytes.length + 4));
    return concat(length, forkDigest(chain, one.slot), bytes);
  };
  const body = 'many' in answers ? concat(...answers.many.map(chunk)) : bytesOf(answers.one);
  const headers = { ...versionHeader(chain, answers), 'content-type': 'application/octet-stream' };
  return { status: 200, headers, body };
}

/** `compute_fork_digest`, phase0. */
function forkDigest(chain: BeaconChain, slot: number): Uint8Array {
  const version = new Uint8Array(32);
  version.set(forkAt(chain, slot)!.version);
  return createHash('sha256').update(version).update(chain.genesisValidatorsRoot).digest().subarray(0, 4);
}
