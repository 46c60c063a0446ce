/**
 * The prover: whatever boards ask, from nodes that speak the standard Beacon API and JSON-RPC. It keeps nothing that
 * it could not ask for again, so that any number of it can stand behind one address, and it is believed by nobody;
 * what it serves it has judged by the code that boards run, so that who is wrong shows here first.
 */
import type { Bls } from '../../firmware/beacon/bls.js';
import { encodeBootstrap, parseBootstrap, verifyBootstrap } from '../../firmware/beacon/bootstrap.js';
import { type BeaconChain, periodAt } from '../../firmware/beacon/chain.js';
import { encodeChain } from '../../firmware/beacon/chainWire.js';
import type { BeaconContext } from '../../firmware/beacon/context.js';
import { encodeUpdate } from '../../firmware/beacon/update.js';
import { equal } from '../../firmware/bytes/equal.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import type { WitnessRequest } from '../../firmware/proof/witness.js';
import { encodeWitness } from '../../firmware/proof/witnessCodec.js';
import { encodeWitnessRequest } from '../../firmware/proof/witnessRequest.js';
import { convertBootstrap } from '../../host-sim/beaconApi/convert.js';
import type { StandardUpdate } from '../../host-sim/beaconApi/standard.js';
import { loadBls } from '../../host-sim/bls/load.js';
import { BeaconNode } from './beaconNode.js';
import { Checkpoints } from './checkpoints.js';
import { Committees } from './committees.js';
import { ExecutionNode, Lie } from './executionNode.js';
import { executionHashOf, type Judged, judge } from './judge.js';
import { LeastRecentlyUsed } from './lru.js';
import { Turns } from './turns.js';
import { nodeName } from './upstream.js';
import { type ProverEvent, Watch } from './watch.js';

export interface ProverOptions {
  /** Beacon nodes, 1 or more; several are compared with each other. */
  beacons: readonly string[];
  /** Execution nodes with `eth_getProof`, 1 or more. */
  rpcs: readonly string[];
  /** What the beacon nodes say if left out. */
  chain?: BeaconChain;
  /** Root of a finalized beacon block to begin at, 32 bytes; most nodes' newest if left out. */
  checkpoint?: Uint8Array;
  /** A directory of signed checkpoints to serve (tools/checkpoint/file.ts). */
  checkpoints?: string;
  /** Milliseconds for one answer of a node; 10 s. */
  patience?: number;
  /** Milliseconds for which the newest finality is not asked for again; a quarter of a slot. */
  freshness?: number;
  onEvent?(event: ProverEvent): void;
  bls?: Bls;
  signal?: AbortSignal;
}

/** Answers are the bytes that boards parse (firmware/beacon, firmware/proof); undefined when there is none. */
export interface Prover {
  bootstrap(root: Uint8Array): Promise<Uint8Array | undefined>;
  /** The update that is signed in the period and names the committee of the next. */
  committee(period: number): Promise<Uint8Array | undefined>;
  finality(): Promise<Uint8Array | undefined>;
  witness(request: WitnessRequest): Promise<Uint8Array | undefined>;
  /** One that operators signed over the challenge, else the newest. */
  checkpoint(challenge?: Uint8Array, fleet?: Uint8Array): Promise<Uint8Array | undefined>;
  /** The rotation that the set of checkpoint keys of that hash signed. */
  rotation(outgoing: Uint8Array): Promise<Uint8Array | undefined>;
  /** The set of checkpoint keys of that hash. */
  keySet(hash: Uint8Array): Promise<Uint8Array | undefined>;
  /** Of the execution chain, which names MQTT topics. @throws Error when no node tells */
  chainId(): Promise<number>;
  /** Milliseconds of a slot. */
  slotTime(): Promise<number>;
  readonly watch: Watch;
}

/** Upstream work at a time, and questions that may wait for it. */
const atOnce = 16;
const mostWaiting = 256;
/** Milliseconds after which the chain's data are asked for anew: a fork may have been added. */
const chainLasts = 60_000;

export async function createProver(options: ProverOptions): Promise<Prover> {
  const { beacons, onEvent = () => {}, patience = 10_000, rpcs, signal } = options;
  if (beacons.length === 0 || rpcs.length === 0)
    throw new RangeError('a prover needs a beacon node and an execution node');
  const watch = new Watch(onEvent);
  const crypto = portableCrypto();
  const onRequest = (node: string, outcome: string) =>
    watch.metrics.add('holdfast_prover_upstream_requests_total', { node, outcome });
  const common = { crypto, patience, signal, onRequest };
  const beaconNodes = beacons.map((url, i) => new BeaconNode({ ...common, url, name: nodeName(url, i) }));
  const executionNodes = rpcs.map((url, i) => new ExecutionNode({ ...common, url, name: nodeName(url, i) }));
  return new NodeProver(options, watch, beaconNodes, executionNodes, options.bls ?? (await loadBls()));
}

class NodeProver implements Prover {
  readonly watch: Watch;
  readonly #options: ProverOptions;
  readonly #beacons: readonly BeaconNode[];
  readonly #executions: readonly ExecutionNode[];
  readonly #committees: Committees;
  readonly #checkpoints: Checkpoints | undefined;
  readonly #bls: Bls;
  readonly #crypto = portableCrypto();
  readonly #turns = new Turns(atOnce, mostWaiting);
  readonly #headers = new LeastRecentlyUsed<Uint8Array>(256);
  readonly #bootstraps = new LeastRecentlyUsed<Uint8Array>(64);
  readonly #periods = new LeastRecentlyUsed<Uint8Array>(512);
  readonly #witnesses = new LeastRecentlyUsed<Uint8Array>(256);
  /** Questions that are being answered, so that many boards with one question make one. */
  readonly #asked = new Map<string, Promise<Uint8Array | undefined>>();
  #context: { value: BeaconContext; name: string; at: number } | undefined;
  #newest: { answer: Uint8Array; judged: Judged; at: number } | undefined;
  #chainId: number | undefined;

  constructor(
    options: ProverOptions,
    watch: Watch,
    beacons: readonly BeaconNode[],
    executions: readonly ExecutionNode[],
    bls: Bls,
  ) {
    this.watch = watch;
    this.#options = options;
    this.#beacons = beacons;
    this.#executions = executions;
    this.#bls = bls;
    this.#committees = new Committees({
      context: () => this.#contextNow(),
      refreshed: before => this.#refreshed(before),
      beacons,
      watch,
      executionHeader: hash => this.#executionHeader(hash),
      checkpoint: options.checkpoint,
    });
    const { checkpoints: directory } = options;
    const chainId = () => this.chainId();
    this.#checkpoints = directory ? new Checkpoints({ directory, chainId, executions, watch }) : undefined;
  }

  bootstrap(root: Uint8Array): Promise<Uint8Array | undefined> {
    const name = toHex(root);
    return this.#answer('bootstrap', name, async () => {
      const known = this.#bootstraps.get(name);
      if (known) return known;
      const answer = await this.#firstOf(this.#beacons, beacon => this.#bootstrapFrom(beacon, root));
      if (answer) this.#bootstraps.set(name, answer);
      return answer;
    });
  }

  committee(period: number): Promise<Uint8Array | undefined> {
    return this.#answer('committee', `${period}`, async () => {
      const known = this.#periods.get(`${period}`);
      if (known) return known;
      const found = await this.#firstOf(this.#beacons, beacon => this.#committeeFrom(beacon, period));
      if (!found) return undefined;
      const { chain } = await this.#contextNow();
      // While the period lasts a node may still have a better one.
      const newest = this.#newest?.judged.checked.finalizedSlot ?? 0;
      if (period < periodAt(chain, newest)) this.#periods.set(`${period}`, found);
      return found;
    });
  }

  finality(): Promise<Uint8Array | undefined> {
    return this.#answer('finality', '', async () => {
      const { chain } = await this.#contextNow();
      const freshness = this.#options.freshness ?? (chain.secondsPerSlot * 1000) / 4;
      if (!this.#newest || Date.now() - this.#newest.at > freshness) await this.#lookForFinality();
      return this.#newest?.answer;
    });
  }

  witness(asked: WitnessRequest): Promise<Uint8Array | undefined> {
    const name = toHex(encodeWitnessRequest(asked));
    return this.#answer('witness', name, async () => {
      const known = this.#witnesses.get(name);
      if (known) return known;
      const answer = await this.#firstOf(this.#executions, async node =>
        encodeWitness(await node.witness(asked)),
      );
      if (answer) this.#witnesses.set(name, answer);
      return answer;
    });
  }

  checkpoint(challenge?: Uint8Array, fleet?: Uint8Array): Promise<Uint8Array | undefined> {
    const name = [challenge, fleet].map(one => (one ? toHex(one) : '')).join(' ');
    return this.#answer('checkpoint', name, async () => this.#checkpoints?.answer(challenge, fleet));
  }

  rotation(outgoing: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#answer('rotation', toHex(outgoing), async () => this.#checkpoints?.rotation(outgoing));
  }

  keySet(hash: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#answer('keySet', toHex(hash), async () => this.#checkpoints?.keySet(hash));
  }

  async chainId(): Promise<number> {
    this.#chainId ??= await this.#firstOf(this.#executions, node => node.chainId());
    if (this.#chainId === undefined) throw new Error('no execution node tells its chain id');
    return this.#chainId;
  }

  async slotTime(): Promise<number> {
    return (await this.#contextNow()).chain.secondsPerSlot * 1000;
  }

  /** One answer for all who ask the same at the same time, counted. */
  async #answer(
    kind: string,
    name: string,
    work: () => Promise<Uint8Array | undefined>,
  ): Promise<Uint8Array | undefined> {
    const { metrics } = this.watch;
    const key = `${kind} ${name}`;
    let running = this.#asked.get(key);
    if (!running) {
      running = this.#turns.take(work).finally(() => this.#asked.delete(key));
      this.#asked.set(key, running);
    }
    metrics.set('holdfast_prover_requests_in_flight', this.#turns.inFlight);
    try {
      const answer = await running;
      metrics.add('holdfast_prover_answers_total', { kind, outcome: answer ? 'answered' : 'none' });
      return answer;
    } catch (error) {
      metrics.add('holdfast_prover_answers_total', { kind, outcome: 'failed' });
      throw error;
    } finally {
      metrics.set('holdfast_prover_requests_in_flight', this.#turns.inFlight);
    }
  }

  /** What the first node answers that is of use. */
  async #firstOf<N extends { name: string }, T>(
    nodes: readonly N[],
    ask: (node: N) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    for (const node of this.watch.order(nodes)) {
      try {
        const answer = await ask(node);
        if (answer === undefined) continue;
        this.watch.well(node.name);
        return answer;
      } catch (error) {
        this.watch.failed(node.name, error);
      }
    }
    return undefined;
  }

  async #bootstrapFrom(beacon: BeaconNode, root: Uint8Array): Promise<Uint8Array> {
    const context = await this.#contextNow();
    const standard = await beacon.bootstrap(context.chain, root);
    const header = await this.#executionHeader(executionHashOf(standard.header));
    const bytes = encodeBootstrap(convertBootstrap(standard, header, context.chain));
    const parsed = parseBootstrap(bytes);
    const verdict = parsed.verdict === 'accepted' ? verifyBootstrap(context, root, parsed.value) : parsed;
    if (verdict.verdict === 'rejected') throw new Lie(verdict.code, verdict.evidence);
    if (verdict.verdict === 'undetermined') throw new Error(verdict.evidence);
    return bytes;
  }

  async #committeeFrom(beacon: BeaconNode, period: number): Promise<Uint8Array | undefined> {
    const { chain } = await this.#contextNow();
    const [update] = await beacon.updates(chain, period, 1);
    if (!update?.nextSyncCommittee || periodAt(chain, update.attestedHeader.beacon.slot) !== period)
      return undefined;
    const judged = await this.#judge(update);
    // Only then does a board take the committee.
    const own = judged.compact.next && periodAt(chain, judged.checked.finalizedSlot) === period;
    return own ? encodeUpdate(judged.compact) : undefined;
  }

  async #judge(update: StandardUpdate): Promise<Judged> {
    const context = await this.#contextNow();
    const signers = await this.#committees.of(periodAt(context.chain, update.signatureSlot));
    if (!signers) throw new Error('the committee that signed is not known');
    return judge(
      context,
      update,
      signers,
      await this.#executionHeader(executionHashOf(update.finalizedHeader)),
    );
  }

  /** Asks all nodes, judges each, keeps the newest; those that contradict each other are told on. */
  async #lookForFinality(): Promise<void> {
    const before = await this.#contextNow();
    let told = await this.#finalityOfAll();
    // A fork that is new to this prover looks like nonsense: only the second look counts.
    if (told.every(({ judged }) => !judged) && (await this.#refreshed(before))) {
      told = await this.#finalityOfAll();
    }
    for (const { error, judged, node } of told) {
      if (!judged) {
        this.watch.failed(node, error);
        continue;
      }
      this.watch.well(node);
      const newest = this.#newest?.judged.checked;
      const { checked } = judged;
      if (newest && newest.number === checked.number && !equal(newest.hash, checked.hash)) {
        this.watch.fault(
          node,
          'equivocation',
          `the committee signed two final blocks of height ${checked.number}`,
        );
        continue;
      }
      if (newest && !isNewer(checked, newest)) continue;
      await this.#take(judged);
    }
    if (this.#newest) this.#newest.at = Date.now();
  }

  #finalityOfAll(): Promise<{ node: string; judged?: Judged; error?: unknown }[]> {
    return Promise.all(
      this.#beacons.map(async beacon => {
        try {
          const { chain } = await this.#contextNow();
          return { node: beacon.name, judged: await this.#judge(await beacon.finality(chain)) };
        } catch (error) {
          return { node: beacon.name, error };
        }
      }),
    );
  }

  /** Asks for the chain's data anew, if that was not just done. Whether they are others than `before`. */
  async #refreshed(before: BeaconContext): Promise<boolean> {
    const known = this.#context;
    if (known && Date.now() - known.at > before.chain.secondsPerSlot * 62) known.at = 0;
    return (await this.#contextNow()) !== before;
  }

  async #take(judged: Judged): Promise<void> {
    const { metrics } = this.watch;
    const { checked, compact } = judged;
    const moved = checked.finalizedSlot !== this.#newest?.judged.checked.finalizedSlot;
    this.#newest = { answer: encodeUpdate(compact), judged, at: Date.now() };
    metrics.set('holdfast_prover_finalized_slot', checked.finalizedSlot);
    metrics.set('holdfast_prover_finalized_block', checked.number);
    metrics.set('holdfast_prover_finalized_timestamp_seconds', checked.timestamp);
    metrics.set('holdfast_prover_attested_slot', checked.attestedSlot);
    metrics.set('holdfast_prover_participation', checked.present);
    if (!moved) return;
    for (const node of this.#executions) {
      try {
        const hash = await node.hashAt(checked.number);
        if (hash && !equal(hash, checked.hash))
          this.watch.fault(
            node.name,
            'contradicts_finality',
            `another block ${checked.number} than the final one`,
          );
      } catch (error) {
        this.watch.failed(node.name, error);
      }
    }
  }

  async #executionHeader(hash: Uint8Array): Promise<Uint8Array> {
    const name = toHex(hash);
    const known = this.#headers.get(name);
    if (known) return known;
    const header = await this.#firstOf(this.#executions, node => node.header(hash));
    if (!header) throw new Error(`no execution node has the block ${name}`);
    this.#headers.set(name, header);
    return header;
  }

  /** The chain's data as most nodes have them, or as they were given. */
  async #contextNow(): Promise<BeaconContext> {
    const known = this.#context;
    if (known && (this.#options.chain || Date.now() - known.at < chainLasts)) return known.value;
    const chain = this.#options.chain ?? (await this.#chainOfMost());
    if (!chain) {
      if (known) return known.value;
      throw new Error('no beacon node tells of its chain');
    }
    const name = toHex(encodeChain(chain));
    const value = known?.name === name ? known.value : { chain, crypto: this.#crypto, bls: this.#bls };
    this.#context = { value, name, at: Date.now() };
    return value;
  }

  async #chainOfMost(): Promise<BeaconChain | undefined> {
    const told = await Promise.all(
      this.#beacons.map(async ({ name }, i) => {
        try {
          return { name, chain: await this.#beacons[i].chain() };
        } catch (error) {
          this.watch.failed(name, error);
          return undefined;
        }
      }),
    );
    const known = told.flatMap(one => (one ? [{ ...one, key: toHex(encodeChain(one.chain)) }] : []));
    const support = (key: string) => known.filter(other => other.key === key).length;
    const most = Math.max(0, ...known.map(({ key }) => support(key)));
    const chosen = known.find(({ key }) => support(key) === most);
    for (const one of known)
      if (chosen && one.key !== chosen.key)
        this.watch.fault(one.name, 'disagrees', `knows another chain, or other forks, than ${chosen.name}`);
    return chosen?.chain;
  }
}

const isNewer = (one: Judged['checked'], other: Judged['checked']): boolean =>
  one.finalizedSlot > other.finalizedSlot ||
  (one.finalizedSlot === other.finalizedSlot && one.attestedSlot > other.attestedSlot);
