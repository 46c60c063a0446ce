/**
 * The prover: answers to the questions of boards, from nodes that speak the standard Beacon API and JSON-RPC. It keeps
 * only what it can ask for again, so that any number of provers can stand behind one address. Nobody has to believe
 * it. It judges its answers by the code that boards run, so that a node that is wrong is noticed here first.
 */

import type { PieceQuestion } from '../../firmware/beacon/absentPieces.js';
import { encodeBootstrap, parseBootstrap, verifyBootstrap } from '../../firmware/beacon/bootstrap.js';
import { periodAt } from '../../firmware/beacon/chain.js';
import { encodeUpdate } from '../../firmware/beacon/update.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { encodeLinkRequest, encodeLinks, type LinkRequest } from '../../firmware/command/linkWire.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import type { Bls } from '../../firmware/port/bls.js';
import type { Clock } from '../../firmware/port/clock.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import { encodeWitness } from '../../firmware/proof/witnessCodec.js';
import { encodeWitnessRequest, type WitnessQuestion } from '../../firmware/proof/witnessRequest.js';
import { provePiece } from '../../host-sim/node/beaconApi/absent.js';
import { convertBootstrap } from '../../host-sim/node/beaconApi/convert.js';
import type { StandardUpdate } from '../../host-sim/node/beaconApi/standard.js';
import { loadBls } from '../../host-sim/node/bls/load.js';
import { nodeClock } from '../../host-sim/node/clock.js';
import type { Prover, ProverOptions } from './answers.js';
import { BeaconNode } from './beaconNode.js';
import { ChainData } from './chainData.js';
import { Checkpoints } from './checkpoints.js';
import { Committees } from './committees.js';
import { ConcurrencyLimiter } from './concurrencyLimiter.js';
import { ExecutionNode } from './executionNode.js';
import { firstAnswer } from './firstAnswer.js';
import { executionHashOf, type Judged, judge, type KnownCommittee } from './judge.js';
import { LeastRecentlyUsed } from './leastRecentlyUsed.js';
import { NewestFinality } from './newestFinality.js';
import { NewestSigned } from './newestSigned.js';
import { type FileQuestion, ReleaseFiles } from './releaseFiles.js';
import { SharedAnswers } from './sharedAnswers.js';
import { Lie, nodeName } from './upstream.js';
import { Watch } from './watch.js';

export type { Prover, ProverOptions } from './answers.js';

/** Upstream work at a time, and questions that may wait for it. */
const RUNNING_MAX = 16;
const WAITING_MAX = 256;
/** Milliseconds for a whole file of an image server. */
const FILE_MS_MAX = 60_000;

/** Opens a prover that serves nobody yet. @throws RangeError without a beacon node and an execution node */
export async function createProver(options: ProverOptions): Promise<Prover> {
  const { beacons, clock = nodeClock, fetch, onEvent = () => {}, timeoutMs = 10_000, rpcs, signal } = options;
  if (beacons.length === 0 || rpcs.length === 0)
    throw new RangeError('a prover needs a beacon node and an execution node');
  const watch = new Watch(onEvent, clock);
  const { crypto = portableCrypto() } = options;
  const onRequest = (node: string, outcome: string) =>
    watch.metrics.add('holdfast_prover_upstream_requests_total', { node, outcome });
  const common = { clock, crypto, fetch, timeoutMs, signal, onRequest };
  const beaconNodes = beacons.map((url, i) => new BeaconNode({ ...common, url, name: nodeName(url, i) }));
  const executionNodes = rpcs.map((url, i) => new ExecutionNode({ ...common, url, name: nodeName(url, i) }));
  return new NodeProver(options, {
    clock,
    crypto,
    watch,
    beacons: beaconNodes,
    executions: executionNodes,
    bls: options.bls ?? (await loadBls()),
  });
}

interface Parts {
  clock: Clock;
  crypto: Crypto;
  watch: Watch;
  beacons: readonly BeaconNode[];
  executions: readonly ExecutionNode[];
  bls: Bls;
}

class NodeProver implements Prover {
  readonly watch: Watch;
  readonly #beacons: readonly BeaconNode[];
  readonly #executions: readonly ExecutionNode[];
  readonly #chain: ChainData;
  readonly #committees: Committees;
  readonly #newest: NewestFinality;
  readonly #signed: NewestSigned;
  readonly #checkpoints: Checkpoints | undefined;
  readonly #files: ReleaseFiles;
  readonly #limiter = new ConcurrencyLimiter(RUNNING_MAX, WAITING_MAX);
  readonly #headers = new LeastRecentlyUsed<Uint8Array>(256);
  readonly #bootstraps = new LeastRecentlyUsed<Uint8Array>(64);
  readonly #periods = new LeastRecentlyUsed<Uint8Array>(512);
  readonly #witnesses = new LeastRecentlyUsed<Uint8Array>(256);
  readonly #answers: SharedAnswers;
  #chainId: number | undefined;

  constructor(options: ProverOptions, { beacons, bls, clock, crypto, executions, watch }: Parts) {
    this.watch = watch;
    this.#answers = new SharedAnswers(this.#limiter, watch.metrics);
    this.#beacons = beacons;
    this.#executions = executions;
    const chain = new ChainData({ beacons, bls, clock, crypto, watch, chain: options.chain });
    this.#chain = chain;
    this.#committees = new Committees({
      context: () => chain.now(),
      refreshed: before => chain.refreshed(before),
      beacons,
      watch,
      executionHeader: hash => this.#executionHeader(hash),
      checkpoint: options.checkpoint,
    });
    const { checkpoints: directory, fetch, freshnessMs, images: servers = [], signal } = options;
    this.#files = new ReleaseFiles({ clock, fetch, servers, signal, timeoutMs: FILE_MS_MAX, watch });
    const judge = (update: StandardUpdate) => this.#judge(update);
    const limited = (look: () => Promise<void>) => this.#limiter.run(look);
    const ofFinality = { beacons, executions, watch, chain, clock, judge, limited, freshnessMs };
    this.#newest = new NewestFinality(ofFinality);
    const committeeOf = (slot: number) => this.#committeeOf(slot);
    const executionHeader = (hash: Uint8Array) => this.#executionHeader(hash);
    this.#signed = new NewestSigned({ ...ofFinality, committeeOf, executionHeader });
    const chainId = () => this.chainId();
    this.#checkpoints = directory
      ? new Checkpoints({ clock, directory, chainId, executions, watch })
      : undefined;
  }

  bootstrap(root: Uint8Array): Promise<Uint8Array | undefined> {
    const name = toHex(root);
    return this.#answers.answer('bootstrap', name, () =>
      remembered(this.#bootstraps, name, () =>
        firstAnswer(this.watch, this.#beacons, beacon => this.#bootstrapFrom(beacon, root)),
      ),
    );
  }

  committee(period: number): Promise<Uint8Array | undefined> {
    return this.#answers.answer('committee', `${period}`, async () => {
      const known = this.#periods.get(`${period}`);
      if (known) return known;
      const found = await firstAnswer(this.watch, this.#beacons, beacon =>
        this.#committeeFrom(beacon, period),
      );
      if (!found) return undefined;
      const { chain } = await this.#chain.now();
      // While the period lasts a node may still have a better one.
      if (period < periodAt(chain, this.#newest.slot)) this.#periods.set(`${period}`, found);
      return found;
    });
  }

  finality(): Promise<Uint8Array | undefined> {
    return this.#answers.counted('finality', this.#newest.answer());
  }

  newest(): Promise<Uint8Array | undefined> {
    return this.#answers.counted('newest', this.#signed.answer());
  }

  links(asked: LinkRequest): Promise<Uint8Array | undefined> {
    return this.#answers.answer('links', toHex(encodeLinkRequest(asked)), () =>
      firstAnswer(this.watch, this.#executions, async node => encodeLinks(await node.links(asked))),
    );
  }

  absent(question: PieceQuestion): Promise<Uint8Array | undefined> {
    const { bits, period, piece } = question;
    // The keys are kept by period already; a proof from them costs less than to keep it.
    return this.#answers.answer('absent', `${period} ${piece} ${toHex(bits)}`, async () => {
      const known = await this.#committees.of(period);
      return known && provePiece(known.pubkeys, question);
    });
  }

  witness(asked: WitnessQuestion): Promise<Uint8Array | undefined> {
    const name = toHex(encodeWitnessRequest(asked));
    return this.#answers.answer('witness', name, () =>
      remembered(this.#witnesses, name, () =>
        firstAnswer(this.watch, this.#executions, async node => encodeWitness(await node.witness(asked))),
      ),
    );
  }

  checkpoint(challenge?: Uint8Array, fleet?: Uint8Array): Promise<Uint8Array | undefined> {
    const name = [challenge, fleet].map(one => (one ? toHex(one) : '')).join(' ');
    return this.#answers.answer('checkpoint', name, async () => this.#checkpoints?.answer(challenge, fleet));
  }

  rotation(outgoing: Uint8Array, fleet?: Uint8Array): Promise<Uint8Array | undefined> {
    const name = `${toHex(outgoing)} ${fleet ? toHex(fleet) : ''}`;
    return this.#answers.answer('rotation', name, async () => this.#checkpoints?.rotation(outgoing, fleet));
  }

  keySet(hash: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#answers.answer('keySet', toHex(hash), async () => this.#checkpoints?.keySet(hash));
  }

  file(question: FileQuestion): Promise<Uint8Array | undefined> {
    const { from, kind, name } = question;
    return this.#answers.answer('file', `${kind} ${name} ${from}`, () => this.#files.piece(question));
  }

  async chainId(): Promise<number> {
    this.#chainId ??= await firstAnswer(this.watch, this.#executions, node => node.chainId());
    if (this.#chainId === undefined) throw new Error('no execution node tells its chain id');
    return this.#chainId;
  }

  async slotTime(): Promise<number> {
    return (await this.#chain.now()).chain.secondsPerSlot * 1000;
  }

  async #bootstrapFrom(beacon: BeaconNode, root: Uint8Array): Promise<Uint8Array> {
    const context = await this.#chain.now();
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
    const { chain } = await this.#chain.now();
    const [update] = await beacon.updates(chain, period, 1);
    if (!update?.nextSyncCommittee || periodAt(chain, update.attestedHeader.beacon.slot) !== period)
      return undefined;
    const judged = await this.#judge(update);
    // Only then does a board take the committee.
    const own = judged.compact.next && periodAt(chain, judged.checked.finalizedSlot) === period;
    return own ? encodeUpdate(judged.compact) : undefined;
  }

  async #judge(update: StandardUpdate): Promise<Judged> {
    return judge(
      await this.#chain.now(),
      update,
      await this.#committeeOf(update.signatureSlot),
      await this.#executionHeader(executionHashOf(update.finalizedHeader)),
    );
  }

  /** The committee that signs in a slot. @throws Error when it is not known */
  async #committeeOf(slot: number): Promise<KnownCommittee> {
    const { chain } = await this.#chain.now();
    const signers = await this.#committees.of(periodAt(chain, slot));
    if (!signers) throw new Error('the committee that signed is not known');
    return signers;
  }

  /** @throws Error that names no node: the beacon node that is being asked is not at fault when execution nodes fail */
  async #executionHeader(hash: Uint8Array): Promise<Uint8Array> {
    const name = toHex(hash);
    const find = () =>
      firstAnswer(this.watch, this.#executions, node => node.header(hash)).catch(() => undefined);
    const header = await remembered(this.#headers, name, find);
    if (!header) throw new Error(`no execution node has the block ${name}`);
    return header;
  }
}

/** The known value of that name, else the one that `find` finds, which is kept. */
async function remembered(
  known: LeastRecentlyUsed<Uint8Array>,
  name: string,
  find: () => Promise<Uint8Array | undefined>,
): Promise<Uint8Array | undefined> {
  const found = known.get(name) ?? (await find());
  if (found) known.set(name, found);
  return found;
}
