/** One beacon node over the standard Beacon API: SSZ if it speaks it, else JSON. Its answers are only parsed here. */
import type { BeaconChain } from '../../firmware/beacon/chain.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import type { Clock } from '../../firmware/port/clock.js';
import type {
  StandardBootstrap,
  StandardOptimisticUpdate,
  StandardUpdate,
} from '../../host-sim/node/beaconApi/standard.js';
import { type LightClientKind, readLightClient } from '../../host-sim/node/beaconApi/types.js';
import { chainOfNode } from './chainOfNode.js';
import { type Fetch, parseJson, request, UpstreamProblem } from './upstream.js';

export interface BeaconNodeOptions {
  url: string;
  /** In logs and metrics. */
  name: string;
  /** Milliseconds for one answer, by `clock`. */
  timeoutMs: number;
  clock: Clock;
  signal?: AbortSignal;
  fetch?: Fetch;
  /** Told of each request's outcome. */
  onRequest?(node: string, outcome: string): void;
}

/** One update as JSON is 110 KB at 512 positions, as SSZ 26 KB. */
const UPDATE_BYTES_MAX = 160_000;
const CONFIGURATION_BYTES_MAX = 65_536;
const sszFirst = 'application/octet-stream;q=1.0,application/json;q=0.9';

/**
 * Every method rejects with an UpstreamProblem when the node does not answer, or answers nonsense.
 *
 * @example
 * const node = new BeaconNode({ url: 'http://127.0.0.1:5052', name: 'mine', timeoutMs: 10_000 });
 * const root = await node.finalizedRoot();
 */
export class BeaconNode {
  readonly name: string;
  readonly #options: BeaconNodeOptions;
  readonly #base: string;

  constructor(options: BeaconNodeOptions) {
    this.name = options.name;
    this.#options = options;
    this.#base = options.url.replace(/\/+$/, '');
  }

  /** The chain's data: genesis, times, sizes, forks. */
  async chain(): Promise<BeaconChain> {
    const genesis = await this.#json('/eth/v1/beacon/genesis');
    return chainOfNode(genesis, await this.#json('/eth/v1/config/spec'));
  }

  /** The root of the newest finalized block. */
  async finalizedRoot(): Promise<Uint8Array> {
    const answer = (await this.#json('/eth/v1/beacon/blocks/finalized/root')) as {
      data?: { root?: unknown };
    };
    const root = fromHex(answer?.data?.root, 32);
    if (!root) throw new UpstreamProblem('malformed', 'no root');
    return root;
  }

  /** The light client's beginning at a beacon block of that root (32 bytes). */
  async bootstrap(chain: BeaconChain, root: Uint8Array): Promise<StandardBootstrap> {
    return this.#one(chain, 'bootstrap', `bootstrap/${toHex(root)}`);
  }

  /** The newest finality update. */
  async finality(chain: BeaconChain): Promise<StandardUpdate> {
    return this.#one(chain, 'finalityUpdate', 'finality_update');
  }

  /** The newest header that the committee signed. */
  async newest(chain: BeaconChain): Promise<StandardOptimisticUpdate> {
    return this.#one(chain, 'optimisticUpdate', 'optimistic_update');
  }

  /** At most `count` updates from a period on, in order. */
  async updates(chain: BeaconChain, first: number, count: number): Promise<StandardUpdate[]> {
    const path = `updates?start_period=${first}&count=${count}`;
    const { binary, bytes } = await this.#get(
      `/eth/v1/beacon/light_client/${path}`,
      count * UPDATE_BYTES_MAX,
    );
    const parts = binary ? chunks(bytes, count) : elements(parseJson(bytes), count);
    return parts.map(part => {
      const update = readLightClient(chain, 'update', part);
      if (!update) throw new UpstreamProblem('malformed', 'no update of a known fork');
      return update;
    });
  }

  async #one<Kind extends LightClientKind>(chain: BeaconChain, kind: Kind, path: string) {
    const { binary, bytes } = await this.#get(`/eth/v1/beacon/light_client/${path}`, UPDATE_BYTES_MAX);
    const encoded = binary ? bytes : { json: (parseJson(bytes) as { data?: unknown } | null)?.data };
    const value = readLightClient(chain, kind, encoded);
    if (!value) throw new UpstreamProblem('malformed', `no ${kind} of a known fork`);
    return value;
  }

  async #json(path: string): Promise<unknown> {
    const answer = parseJson((await this.#get(path, CONFIGURATION_BYTES_MAX, 'application/json')).bytes);
    if (typeof answer !== 'object' || answer === null) throw new UpstreamProblem('malformed', 'no object');
    return answer;
  }

  async #get(path: string, bytesMax: number, accept = sszFirst) {
    const { clock, fetch, name, onRequest, timeoutMs, signal } = this.#options;
    try {
      const answer = await request(
        `${this.#base}${path}`,
        { accept },
        { bytesMax, clock, fetch, timeoutMs, signal },
      );
      onRequest?.(name, 'ok');
      return answer;
    } catch (error) {
      onRequest?.(name, error instanceof UpstreamProblem ? error.kind : 'failed');
      throw error;
    }
  }
}

/** SSZ of several: length (8 bytes, little-endian, with what follows), fork digest (4), data. */
function chunks(bytes: Uint8Array, updatesMax: number): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = at + 12 <= bytes.length ? view.getBigUint64(at, true) : 0n;
    const end = at + 8 + Number(length);
    if (length < 4n || end > bytes.length || found.length === updatesMax)
      throw new UpstreamProblem('malformed', 'updates out of form');
    found.push(bytes.subarray(at + 12, end));
    at = end;
  }
  return found;
}

function elements(json: unknown, updatesMax: number): { json: unknown }[] {
  // Nodes answer a list; some wrap it.
  const list = Array.isArray(json) ? json : (json as { data?: unknown } | null)?.data;
  if (!Array.isArray(list) || list.length > updatesMax)
    throw new UpstreamProblem('malformed', 'no list of updates');
  return list.map(item => ({ json: (item as { data?: unknown } | null)?.data }));
}
