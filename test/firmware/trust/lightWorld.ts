/** A beacon chain of 32 keys, provers of it that may be told to lie, and a board's store that may lose its power. */
import '../beacon/minimalPreset.js';

import { encodeBootstrap } from '../../../firmware/beacon/bootstrap.js';
import type { BeaconChain } from '../../../firmware/beacon/chain.js';
import { encodeUpdate } from '../../../firmware/beacon/update.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { accepted, type TrustCause, undetermined, type Verdict } from '../../../firmware/bytes/verdict.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import type { BlockName } from '../../../firmware/trust/ancestry.js';
import type { Prover, ProverAnswer } from '../../../firmware/trust/prover.js';
import { SyncCommitteeTrust } from '../../../firmware/trust/syncCommittee.js';
import { convertBootstrap } from '../../../host-sim/node/beaconApi/convert.js';
import { blstBls } from '../../../host-sim/node/bls/blst.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { rememberingCrypto } from '../../fakes/rememberingCrypto.js';
import { compact } from '../beacon/board.js';
import { type Block, type UpdatePlan, World, type WorldOptions } from '../beacon/world.js';

/** Slots of a period, and seconds. */
export const PERIOD = 64;
export const PERIOD_SECONDS = PERIOD * 12;

/** One history: every block has one content, whoever asks. */
export class LightWorld {
  readonly world: World;
  readonly startSlot = 2 * PERIOD + 10;
  /** The root that a board is told to begin at. */
  root: Uint8Array = new Uint8Array(32);
  #bootstrap: Uint8Array = new Uint8Array(0);
  readonly #blocks = new Map<number, Block>();
  readonly #messages = new Map<string, Uint8Array>();
  /** Of the newest finalized block. */
  slot = this.startSlot;

  constructor(options: Partial<WorldOptions> = {}) {
    this.world = new World({ seed: 5, forks: { electra: 0 }, ...options });
    this.rootAt(this.startSlot);
  }

  /** Boards that start from now on are told to begin at that slot. */
  rootAt(slot: number): void {
    const { bootstrap, executionHeader, trustedRoot } = this.world.bootstrap(slot);
    this.root = trustedRoot;
    this.#bootstrap = encodeBootstrap(convertBootstrap(bootstrap, executionHeader));
    this.#blocks.set(slot, { header: bootstrap.header, executionHeader });
  }

  get chain(): BeaconChain {
    return this.world.chain;
  }

  block(slot: number): Block {
    const block = this.#blocks.get(slot) ?? this.world.block(slot);
    this.#blocks.set(slot, block);
    return block;
  }

  name(slot: number): BlockName {
    return { number: 22_000_000 + slot, hash: portableCrypto().keccak256(this.block(slot).executionHeader) };
  }

  /** True when a block is of this history. */
  has({ hash, number }: BlockName): boolean {
    const block = this.#blocks.get(number - 22_000_000);
    return block !== undefined && toHex(portableCrypto().keccak256(block.executionHeader)) === toHex(hash);
  }

  timeOf(slot: number): number {
    return this.chain.genesisTime + slot * 12;
  }

  /** The bytes of an update; the finalized block is that of this history unless the plan says otherwise. */
  update(plan: UpdatePlan): Uint8Array {
    const name = JSON.stringify({ ...plan, signers: plan.signers?.name, finalized: undefined });
    const known = plan.finalized ? undefined : this.#messages.get(name);
    if (known) return known;
    const bytes = encodeUpdate(
      compact(this.world.update({ finalized: this.block(plan.finalizedSlot), ...plan })),
    );
    if (!plan.finalized) this.#messages.set(name, bytes);
    return bytes;
  }

  finality(slot = this.slot): Uint8Array {
    return this.update({ attestedSlot: slot + 16, finalizedSlot: slot, absent: [3] });
  }

  /** The answer of an honest prover; undefined when there is none. */
  answer(path: string): Uint8Array | undefined {
    const [, , , kind, argument] = path.split('/');
    if (kind === 'bootstrap') return argument === toHex(this.root) ? this.#bootstrap : undefined;
    if (kind === 'finality') return this.finality();
    const period = Number(argument);
    if (kind !== 'committee' || period * PERIOD + 24 > this.slot + 40) return undefined;
    return this.update({
      attestedSlot: period * PERIOD + 56,
      finalizedSlot: period * PERIOD + 40,
      next: true,
    });
  }
}

export type Lie = (path: string, honest: Uint8Array | undefined) => Uint8Array | undefined;

export class ModelProver implements Prover {
  readonly asked: string[] = [];
  lie: Lie | undefined;
  silent = false;

  constructor(
    readonly name: string,
    public world: LightWorld,
  ) {}

  async ask(path: string, mostBytes: number): Promise<ProverAnswer> {
    this.asked.push(path);
    if (this.silent) return undetermined('unreachable', 'silent');
    const honest = this.world.answer(path);
    const told = this.lie ? this.lie(path, honest) : honest;
    if (told === undefined) return undetermined('unsupported', 'it answers 404');
    return told.length > mostBytes ? undetermined('unreachable', 'too long') : accepted(told);
  }

  close(): void {}
}

/** Power fails at this board's store. */
export class Cut extends Error {}

export class LightBoard {
  readonly clock = new HandClock();
  readonly bad: string[] = [];
  readonly provers: ModelProver[];
  stored: Uint8Array | undefined;
  writes = 0;
  /** Cut at that write, before or after it. */
  cutAt: { write: number; after: boolean } | undefined;
  checkpoint: () => Promise<Verdict<BlockName & { timestamp: number }, never, TrustCause>> = async () =>
    undetermined('level', 'no checkpoint keys are configured');
  trust!: SyncCommitteeTrust;
  readonly #crypto = rememberingCrypto();

  constructor(
    readonly world: LightWorld,
    readonly maximumSleep = 100 * PERIOD_SECONDS,
    count = 2,
  ) {
    this.provers = Array.from({ length: count }, (_, i) => new ModelProver(`prover ${i + 1}`, world));
    this.boot();
  }

  boot(): this {
    this.trust = new SyncCommitteeTrust({
      context: { chain: this.world.chain, crypto: this.#crypto, bls: blstBls() },
      configuration: {
        chain: this.world.chain,
        checkpointRoot: this.world.root,
        maximumSleep: this.maximumSleep,
      },
      provers: this.provers,
      clock: this.clock,
      confirmation: {
        checkpoint: () => this.checkpoint(),
        onOneChain: async (a, b) => accepted(this.world.has(a) && this.world.has(b)),
      },
      load: () => this.stored,
      save: record => {
        this.writes++;
        const cut = this.cutAt?.write === this.writes ? this.cutAt : undefined;
        if (cut && !cut.after) throw new Cut();
        this.stored = record;
        if (cut) throw new Cut();
      },
      onBadAnswer: (prover, code, evidence) => this.bad.push(`${prover} ${code}: ${evidence}`),
    });
    return this;
  }

  /** The slot of the head, or why there is none. */
  async head(): Promise<number | TrustCause> {
    const head = await this.trust.head();
    if (head.verdict === 'undetermined') return head.cause;
    if (!this.world.has(head.value)) throw new Error('a block that was never final');
    return head.value.number - 22_000_000;
  }
}
