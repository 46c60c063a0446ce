/**
 * The keys of committees, by period. The first committee comes from a checkpoint that the operator names, or from the
 * majority of the nodes; the committees after it are each signed for by the one before. Earlier committees come from
 * the majority too: boards verify them, and the prover only has to notice a node that is wrong.
 */
import { encodeBootstrap, parseBootstrap, verifyBootstrap } from '../../firmware/beacon/bootstrap.js';
import { type BeaconContext, periodAt } from '../../firmware/beacon/chain.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { convertBootstrap } from '../../host-sim/node/beaconApi/convert.js';
import type { BeaconNode } from './beaconNode.js';
import { beaconRootOf, executionHashOf, judge, type KnownCommittee, knownCommittee } from './judge.js';
import { Lie } from './upstream.js';
import type { Watch } from './watch.js';

export interface CommitteesOptions {
  context(): Promise<BeaconContext>;
  /** Asks for the chain's data anew; true when they changed. A fork that was not known makes a right node seem wrong. */
  refreshed(before: BeaconContext): Promise<boolean>;
  beacons: readonly BeaconNode[];
  watch: Watch;
  /** RLP of an execution header, from any execution node. @throws Error */
  executionHeader(hash: Uint8Array): Promise<Uint8Array>;
  /** Root of the block to begin at, 32 bytes; the newest finalized block of most nodes if left out. */
  checkpoint?: Uint8Array;
}

/** 24 KB each at 512 positions. */
const KEPT_PERIODS_MAX = 256;
/** Updates asked for at once, the standard's own limit. */
const UPDATES_A_QUESTION_MAX = 128;

interface Told {
  node: string;
  period: number;
  known: KnownCommittee;
}

export class Committees {
  readonly #options: CommitteesOptions;
  readonly #known = new Map<number, KnownCommittee>();
  /** The period that was begun with, and all after it, are signed for. */
  #first = -1;
  #work: Promise<void> = Promise.resolve();

  constructor(options: CommitteesOptions) {
    this.#options = options;
  }

  /** The newest period whose committee is known; −1 before the beginning. */
  get newest(): number {
    return Math.max(-1, ...this.#known.keys());
  }

  /** The committee of a period, or undefined when no node has it. @throws Error when no node has a block to begin at */
  async of(period: number): Promise<KnownCommittee | undefined> {
    if (!this.#known.has(period)) {
      const run = this.#work.then(() => this.#learn(period));
      this.#work = run.catch(() => {});
      await run;
    }
    return this.#known.get(period);
  }

  #add(period: number, known: KnownCommittee): void {
    this.#known.set(period, known);
    const { newest } = this;
    for (const old of this.#known.keys()) {
      if (this.#known.size <= KEPT_PERIODS_MAX) break;
      if (old !== newest) this.#known.delete(old);
    }
    this.#options.watch.metrics.set('holdfast_prover_committee_period', newest);
  }

  async #learn(period: number): Promise<void> {
    if (this.#first < 0) await this.#begin();
    if (this.#known.has(period)) return;
    if (period > this.newest) await this.#walkTo(period);
    else await this.#lookBack(period);
  }

  /** The committee of the checkpoint, or the one that most nodes name. */
  async #begin(): Promise<void> {
    const chosen = await this.#most(async beacon =>
      this.#bootstrapFrom(beacon, this.#options.checkpoint ?? (await beacon.finalizedRoot())),
    );
    if (!chosen) throw new Error('no node tells of a finalized block');
    this.#add(chosen.period, chosen.known);
    this.#first = chosen.period;
    this.#options.watch.info(`begins with the committee of period ${chosen.period}, told by ${chosen.node}`);
  }

  async #bootstrapFrom(beacon: BeaconNode, root: Uint8Array): Promise<Told> {
    const context = await this.#options.context();
    const standard = await beacon.bootstrap(context.chain, root);
    const header = await this.#options.executionHeader(executionHashOf(standard.header));
    const parsed = parseBootstrap(encodeBootstrap(convertBootstrap(standard, header, context.chain)));
    const verdict = parsed.verdict === 'accepted' ? verifyBootstrap(context, root, parsed.value) : parsed;
    if (verdict.verdict === 'rejected') throw new Lie(verdict.code, verdict.evidence);
    if (verdict.verdict === 'undetermined') throw new Error(verdict.evidence);
    const period = periodAt(context.chain, verdict.value.slot);
    return { node: beacon.name, period, known: knownCommittee(standard.currentSyncCommittee) };
  }

  /** Forward, each committee signed for by the one before. */
  async #walkTo(period: number): Promise<void> {
    const { beacons, context, refreshed, watch } = this.#options;
    const first = this.newest;
    for (let before = -1; before < this.newest && this.newest < period; ) {
      before = this.newest;
      const chain = await context();
      for (const beacon of watch.order(beacons)) {
        try {
          await this.#walkWith(beacon, period).catch(async error => {
            if (!(await refreshed(chain))) throw error;
            await this.#walkWith(beacon, period);
          });
        } catch (error) {
          watch.failed(beacon.name, error);
        }
        if (this.newest > before) break;
      }
      if (period - first > 2)
        watch.info(`catching up: knows the committee of period ${this.newest} of ${period}`);
    }
  }

  async #walkWith(beacon: BeaconNode, period: number): Promise<void> {
    const context = await this.#options.context();
    const { newest } = this;
    for (const update of await beacon.updates(
      context.chain,
      newest,
      Math.min(UPDATES_A_QUESTION_MAX, period - newest),
    )) {
      const at = this.newest;
      const next = update.nextSyncCommittee;
      if (!next || periodAt(context.chain, update.attestedHeader.beacon.slot) !== at) return;
      const header = await this.#options.executionHeader(executionHashOf(update.finalizedHeader));
      const { checked } = judge(context, update, this.#known.get(at)!, header);
      if (periodAt(context.chain, checked.finalizedSlot) !== at) return;
      this.#add(at + 1, knownCommittee(next));
    }
  }

  /** Named by the update of the period before; in the first period there is, by a final block of its own. */
  async #lookBack(period: number): Promise<void> {
    const { chain } = await this.#options.context();
    const chosen = await this.#most(async beacon => {
      const [before] = period > 0 ? await beacon.updates(chain, period - 1, 1) : [];
      if (before?.nextSyncCommittee && periodAt(chain, before.attestedHeader.beacon.slot) === period - 1)
        return { node: beacon.name, period, known: knownCommittee(before.nextSyncCommittee) };
      const [own] = await beacon.updates(chain, period, 1);
      if (!own || periodAt(chain, own.finalizedHeader.beacon.slot) !== period) return undefined;
      return this.#bootstrapFrom(beacon, beaconRootOf(own.finalizedHeader));
    });
    if (chosen) this.#add(chosen.period, chosen.known);
  }

  /** The answer of most nodes; of equally many, the answer of those named first. Nodes that contradict it are reported. */
  async #most(ask: (beacon: BeaconNode) => Promise<Told | undefined>): Promise<Told | undefined> {
    const { beacons, watch } = this.#options;
    const told: Told[] = [];
    const answers = watch.present(beacons).map(async beacon => {
      try {
        return await ask(beacon);
      } catch (error) {
        watch.failed(beacon.name, error);
        return undefined;
      }
    });
    for (const answer of await Promise.all(answers)) if (answer) told.push(answer);
    const nameOf = ({ known, period }: Told) => `${period} ${toHex(known.committee.keysRoot)}`;
    const support = (one: Told) => told.filter(other => nameOf(other) === nameOf(one)).length;
    const most = Math.max(0, ...told.map(support));
    const chosen = told.find(one => support(one) === most);
    for (const one of told) {
      // Another period is another moment, not another opinion.
      if (chosen && one.period === chosen.period && nameOf(one) !== nameOf(chosen))
        watch.fault(
          one.node,
          'disagrees',
          `names another committee for period ${one.period} than ${chosen.node}`,
        );
    }
    return chosen;
  }
}
