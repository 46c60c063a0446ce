/**
 * The simulated beacon chain itself: one block for each block of the execution chain, in the slot of its time. It
 * follows from the execution chain, the seed and the commands, and is brought up to date whenever it is asked.
 *
 * Final is what the execution chain calls so, as many blocks back as it does now, and never goes back. Where time leaps
 * over whole periods, blocks without anything new stand in, since without them no light client could follow.
 */
import { createHash } from 'node:crypto';
import { type BeaconChain, periodAt } from '../../firmware/beacon/chain.js';
import { equal } from '../../firmware/bytes/equal.js';
import { hasPayload } from '../node/beaconApi/types.js';
import { bodyOf, type Content, layoutAt, rootOf, type SimulatedBlock, stateOf } from './block.js';
import { drawn, type SimulatedCommittee } from './committees.js';
import { type Ask, type ExecutionBlock, readBlock, readBlocks } from './execution.js';
import { firstSlotOf } from './schedule.js';

export interface HistoryOptions {
  /** The way to the execution chain. */
  ask: Ask;
  chain: BeaconChain;
  committee(period: number): SimulatedCommittee;
  seed: string;
}

export class History {
  readonly blocks: SimulatedBlock[] = [];
  /** While true, nothing more becomes final. */
  stalled = false;
  readonly #options: HistoryOptions;
  /** The execution blocks, by number. */
  #execution: ExecutionBlock[] = [];
  /** Blocks between the newest execution block and the one that its chain calls finalized. */
  #depth = Number.POSITIVE_INFINITY;
  #work: Promise<void> = Promise.resolve();

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  get head(): SimulatedBlock {
    return this.blocks[this.blocks.length - 1];
  }

  get headExecution(): ExecutionBlock {
    return this.#execution[this.#execution.length - 1];
  }

  execution(number: number): ExecutionBlock {
    return this.#execution[number];
  }

  finalizedOf(block: SimulatedBlock): SimulatedBlock | undefined {
    return this.blocks[block.finalized];
  }

  get finalized(): SimulatedBlock | undefined {
    return this.finalizedOf(this.head);
  }

  /** Follows the execution chain; what it has taken back is forgotten. One run at a time. */
  update(): Promise<void> {
    const run = this.#work.then(() => this.#follow());
    this.#work = run.catch(() => {});
    return run;
  }

  /** A Gloas block whose payload nobody reveals. */
  withhold(): SimulatedBlock {
    const slot = this.head.slot + 1;
    if (hasPayload(layoutAt(this.#options.chain, slot)))
      throw new Error('payloads can be withheld from Gloas on');
    this.#addEmpty(slot);
    return this.head;
  }

  async #follow(): Promise<void> {
    const { ask } = this.#options;
    const latest = await readBlock(ask, 'latest');
    if (!latest) throw new Error('the execution chain has no newest block');
    const known = this.#execution[latest.number];
    if (known && latest.number === this.#execution.length - 1 && equal(known.hash, latest.hash)) return;
    const final = (await readBlock(ask, 'finalized'))?.number ?? 0;
    // Block 0 stands for "none yet".
    this.#depth = final > 0 ? latest.number - final : Number.POSITIVE_INFINITY;
    await this.#forgetReorganised(Math.min(latest.number, this.#execution.length - 1));
    for (const block of await readBlocks(ask, this.#execution.length, latest.number)) {
      const parent = this.headExecution;
      // Reorganised in between: the next update sees it.
      if (parent && !equal(parent.hash, block.parentHash)) return;
      this.#add(block);
    }
  }

  async #forgetReorganised(newest: number): Promise<void> {
    let number = newest;
    for (; number >= 0; number--) {
      const block = await readBlock(this.#options.ask, number);
      if (block && equal(block.hash, this.#execution[number].hash)) break;
    }
    this.#execution = this.#execution.slice(0, number + 1);
    while (this.blocks.length > 0 && this.head.newest.number > number) this.blocks.pop();
  }

  #add(execution: ExecutionBlock): void {
    const { chain } = this.#options;
    const { secondsPerSlot, genesisTime } = chain;
    const wanted = Math.floor((execution.timestamp - genesisTime) / secondsPerSlot);
    const slot = this.head ? Math.max(wanted, this.head.slot + 1) : 0;
    if (this.head) this.#fillPeriods(periodAt(chain, slot));
    const early = this.head ? this.#closePeriod(slot) : undefined;
    this.#execution.push(execution);
    this.#push(slot, { payload: execution.payload, parentHash: execution.parentHash }, early);
  }

  /** Sees to it that each period before `next` has a block whose state has a finalized block of the same period. */
  #fillPeriods(next: number): void {
    const { chain } = this.#options;
    for (let period = periodAt(chain, this.head.slot); period < next; period++) {
      const end = firstSlotOf(chain, period + 1);
      if (this.bestOf(period)) continue;
      if (periodAt(chain, this.head.slot) < period) this.#addEmpty(firstSlotOf(chain, period));
      if (this.head.slot + 1 < end) this.#addEmpty(this.head.slot + 1, this.blocks.length - 1);
    }
  }

  /**
   * The same for the period of `slot`, when it is the last but one and so the last chance: a block in front of it, or
   * where there is no room, what that block itself calls final.
   */
  #closePeriod(slot: number): number | undefined {
    const { chain } = this.#options;
    const period = periodAt(chain, slot);
    const lastChance = firstSlotOf(chain, period + 1) - 2;
    if (slot < lastChance || this.bestOf(period)) return undefined;
    const first = firstSlotOf(chain, period);
    if (this.head.slot < first && first < slot) this.#addEmpty(first);
    if (this.head.slot < first) return undefined;
    const at = this.blocks.length - 1;
    if (this.head.slot + 1 >= slot) return at;
    this.#addEmpty(this.head.slot + 1, at);
    return undefined;
  }

  /** The newest block of a period that can hand over to the next: what it calls final lies in the period as well. */
  bestOf(period: number): SimulatedBlock | undefined {
    const { chain } = this.#options;
    const last = firstSlotOf(chain, period + 1) - 1;
    for (let at = this.blocks.length - 1; at >= 0; at--) {
      const block = this.blocks[at];
      if (periodAt(chain, block.slot) < period) return undefined;
      const finalized = this.finalizedOf(block);
      // The signature is made one slot later, and by the same committee.
      if (block.slot < last && finalized && periodAt(chain, finalized.slot) === period) return block;
    }
    return undefined;
  }

  /** A block that brings no new execution block. */
  #addEmpty(slot: number, finalized?: number): void {
    const { payload, parentHash, hash } = this.headExecution;
    const bidHash = createHash('sha256').update(`${this.#options.seed} withheld ${slot}`).digest();
    const whole = hasPayload(layoutAt(this.#options.chain, slot));
    this.#push(slot, whole ? { payload, parentHash } : { payload, bidHash, parentHash: hash }, finalized);
  }

  #push(slot: number, content: Content, finalized?: number): void {
    const { chain, committee, seed } = this.#options;
    const { bodyRoot, header } = bodyOf(layoutAt(chain, slot), content);
    const newest = this.headExecution;
    const provenHash = header.execution?.blockHash ?? content.parentHash;
    const number = equal(provenHash, newest.hash) ? newest.number : newest.number - 1;
    const index = finalized ?? this.#finalizedNow(newest.number);
    const final = this.blocks[index];
    const beacon = {
      slot,
      proposerIndex: drawn(seed, chain.committeeSize, 'proposer', slot),
      parentRoot: this.head?.root ?? new Uint8Array(32),
      stateRoot: stateOf(chain, committee, slot, final).root,
      bodyRoot,
    };
    const whole = { beacon, ...header };
    this.blocks.push({
      slot,
      root: rootOf(whole),
      header: whole,
      proven: { number, hash: provenHash },
      newest: { number: newest.number, hash: newest.hash },
      finalized: index,
    });
  }

  /** The index of the newest block that proves no more than what is final once `newest` is the newest; −1 for none. */
  #finalizedNow(newest: number): number {
    const before = this.head?.finalized ?? -1;
    const target = newest - this.#depth;
    // The genesis block is never called final: it would be before the first finality.
    if (this.stalled || target < 1) return before;
    let at = Math.max(before, 0);
    while (at + 1 < this.blocks.length && this.blocks[at + 1].proven.number <= target) at++;
    return this.blocks[at].proven.number < 1 ? before : at;
  }
}
