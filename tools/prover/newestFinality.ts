/** The newest finality of all nodes: each answer is judged alone, then compared with the one that was served before. */
import type { BeaconContext } from '../../firmware/beacon/chain.js';
import { encodeUpdate } from '../../firmware/beacon/update.js';
import { equal } from '../../firmware/bytes/equal.js';
import type { Clock } from '../../firmware/port/clock.js';
import type { StandardUpdate } from '../../host-sim/node/beaconApi/standard.js';
import type { BeaconNode } from './beaconNode.js';
import type { ChainData } from './chainData.js';
import type { ExecutionNode } from './executionNode.js';
import type { Judged } from './judge.js';
import { isMissing } from './upstream.js';
import type { Watch } from './watch.js';

export interface NewestFinalityOptions {
  beacons: readonly BeaconNode[];
  executions: readonly ExecutionNode[];
  watch: Watch;
  chain: ChainData;
  /** @throws Error when a board would not go by it */
  judge(update: StandardUpdate): Promise<Judged>;
  clock: Clock;
  /** Runs a look when its turn has come. @throws Error when too many wait already */
  limited(look: () => Promise<void>): Promise<void>;
  /**
   * Milliseconds that may lie between the beginning of a look at the nodes and a question that it answers; a quarter
   * of a slot. With 0 each question has a look of its own.
   */
  freshnessMs?: number;
}

type Told = { node: string; judged?: Judged; error?: unknown };

export class NewestFinality {
  readonly #options: NewestFinalityOptions;
  #newest: { answer: Uint8Array; judged: Judged } | undefined;
  /** The look that was begun last. It tells what was final then, however long it took. */
  #last: { begunMs: number; look: Promise<void> } | undefined;

  constructor(options: NewestFinalityOptions) {
    this.#options = options;
  }

  /** Slot of the newest finalized block; 0 while there is none. */
  get slot(): number {
    return this.#newest?.judged.checked.finalizedSlot ?? 0;
  }

  /** The bytes of an update, or undefined while no node has one. @throws Error while no node says anything of use */
  async answer(): Promise<Uint8Array | undefined> {
    const context = await this.#options.chain.now();
    const freshnessMs = this.#options.freshnessMs ?? (context.chain.secondsPerSlot * 1000) / 4;
    const now = this.#options.clock.monotonic();
    if (!this.#last || now - this.#last.begunMs >= freshnessMs) this.#last = this.#begin(now, context);
    await this.#last.look;
    return this.#newest?.answer;
  }

  #begin(begunMs: number, context: BeaconContext) {
    const look = this.#options.limited(() => this.#look(context));
    const begun = { begunMs, look };
    // A look that found nothing answers only those who asked meanwhile.
    const forget = () => {
      if (this.#last === begun) this.#last = undefined;
    };
    look.then(() => this.#newest ?? forget(), forget);
    return begun;
  }

  async #look(before: BeaconContext): Promise<void> {
    const { chain, watch } = this.#options;
    let told = await this.#ofAll();
    // A fork that is new to this prover looks like nonsense: only the second look counts.
    if (told.every(({ judged }) => !judged) && (await chain.refreshed(before))) told = await this.#ofAll();
    for (const { error, judged, node } of told) {
      if (!judged) {
        watch.failed(node, error);
        continue;
      }
      watch.well(node);
      const newest = this.#newest?.judged.checked;
      const { checked } = judged;
      if (newest && newest.number === checked.number && !equal(newest.hash, checked.hash)) {
        watch.fault(
          node,
          'equivocation',
          `the committee signed two final blocks of height ${checked.number}`,
        );
      } else if (!newest || isNewer(checked, newest)) await this.#take(judged);
    }
    const failed = told.find(({ error, judged }) => !judged && !isMissing(error));
    if (!this.#newest && failed) throw failed.error;
  }

  #ofAll(): Promise<Told[]> {
    const { beacons, chain, judge, watch } = this.#options;
    return Promise.all(
      watch.present(beacons).map(async beacon => {
        try {
          const context = await chain.now();
          return { node: beacon.name, judged: await judge(await beacon.finality(context.chain)) };
        } catch (error) {
          return { node: beacon.name, error };
        }
      }),
    );
  }

  async #take(judged: Judged): Promise<void> {
    const { metrics } = this.#options.watch;
    const { checked, compact } = judged;
    const moved = checked.finalizedSlot !== this.#newest?.judged.checked.finalizedSlot;
    this.#newest = { answer: encodeUpdate(compact), judged };
    metrics.set('holdfast_prover_finalized_slot', checked.finalizedSlot);
    metrics.set('holdfast_prover_finalized_block', checked.number);
    metrics.set('holdfast_prover_finalized_timestamp_seconds', checked.timestamp);
    metrics.set('holdfast_prover_attested_slot', checked.attestedSlot);
    metrics.set('holdfast_prover_participation', checked.present);
    if (moved) await this.#compareWithExecution(checked);
  }

  /** Names an execution node that has another block at the height of the final one: it is on another chain. */
  async #compareWithExecution({ hash, number }: Judged['checked']): Promise<void> {
    const { executions, watch } = this.#options;
    for (const node of executions) {
      try {
        const known = await node.hashAt(number);
        if (known && !equal(known, hash))
          watch.fault(node.name, 'contradicts_finality', `another block ${number} than the final one`);
      } catch (error) {
        watch.failed(node.name, error);
      }
    }
  }
}

const isNewer = (one: Judged['checked'], other: Judged['checked']): boolean =>
  one.finalizedSlot > other.finalizedSlot ||
  (one.finalizedSlot === other.finalizedSlot && one.attestedSlot > other.attestedSlot);
