/** The bench of a scenario: a world with a board in it, and what the steps of the scenario have named so far. */
import type { Status } from '../../../firmware/device/status.js';
import type { Receipt } from '../../../firmware/ledger/receipt.js';
import type { Order } from '../../demo/orders.js';
import { type Release, releaseOf } from '../../demo/releases.js';
import type { Setting } from '../../demo/setting.js';
import type { SeenReceipt } from '../../operator/boardChannel.js';
import { BoardWatch } from './boardWatch.js';
import { StepFailure } from './outcome.js';
import { machinePace, type Pace } from './pace.js';
import type { Recording } from './recording.js';
import type { Wiring } from './wires.js';

/** The name of an order or a release where the scenario gives none. */
export const UNNAMED = 'it';

/** The name of the release that the board had first. */
const FIRST = 'first';

export interface BenchOptions {
  wires?: Wiring;
  seesFlash?: boolean;
  seesOutputs?: boolean;
  /** This machine's time if left out. */
  pace?: Pace;
}

export class Bench {
  readonly world: Setting;
  /** Lines and outputs of the board since the scenario began. */
  readonly watch: BoardWatch;
  /** Between the board and those whom it reaches, where the target has them. */
  readonly wires: Wiring | undefined;
  readonly pace: Pace;
  /** The flash of the board can be read from outside. */
  readonly seesFlash: boolean;
  /** The file into which its board records, which is gone with the bench unless it is kept. */
  recording: Recording | undefined;
  /** The current that its board draws, in milliamperes, where its supply measures. */
  current: (() => Promise<number>) | undefined;
  /** Its outputs are told. */
  readonly seesOutputs: boolean;
  readonly #orders = new Map<string, Order>();
  readonly #releases = new Map<string, Release>();
  readonly #copies = new Map<string, Uint8Array>();
  #version = 1;
  /** The newest that was heard. */
  #receipt: Pick<Receipt, 'counter' | 'storeBirth'> | undefined;
  #restartsBefore = 0;

  constructor(
    world: Setting,
    { pace = machinePace(world.rpc), seesFlash = true, seesOutputs = true, wires }: BenchOptions = {},
  ) {
    this.seesFlash = seesFlash;
    this.seesOutputs = seesOutputs;
    this.pace = pace;
    this.world = world;
    this.wires = wires;
    this.watch = new BoardWatch(world.board, pace);
    world.boardChannel.on('receipt', this.#onReceipt);
  }

  keepOrder(name: string, order: Order): void {
    this.#orders.set(name, order);
  }

  /** @throws StepFailure */
  order(name: string): Order {
    return known(this.#orders, name, 'order');
  }

  keepRelease(name: string, release: Release): void {
    this.#releases.set(name, release);
  }

  /** @throws StepFailure */
  release(name: string): Release {
    return known(this.#releases, name, 'release');
  }

  keepCopy(partition: string, bytes: Uint8Array): void {
    this.#copies.set(partition, bytes);
  }

  /** @throws StepFailure */
  copy(partition: string): Uint8Array {
    return known(this.#copies, partition, 'copy of partition');
  }

  /** Of a release that nobody built yet. */
  nextVersion(): number {
    return ++this.#version;
  }

  /** Restarts of the board since the scenario began. */
  restarts(): number {
    return this.world.board.restarts - this.#restartsBefore;
  }

  /** Forgets what the last scenario named, and listens anew. */
  begin(): void {
    this.#orders.clear();
    this.#restartsBefore = this.world.board.restarts;
    this.#releases.clear();
    this.#releases.set(FIRST, releaseOf(this.world, 1, this.world.firstImage));
    this.#copies.clear();
    this.watch.begin();
  }

  /** The status of the board that knows of all its receipts: one that was said before the last of them is passed over. */
  async settledStatus(): Promise<Status> {
    const { boardChannel, patience } = this.world;
    const heard = this.#receipt;
    const knows = ({ receiptCounter, storeBirth }: Status) =>
      !heard || storeBirth !== heard.storeBirth || receiptCounter >= heard.counter;
    // It may have lost its journal since, and with it the receipts.
    return boardChannel.statusWhere(knows, patience).catch(() => boardChannel.status());
  }

  async close(): Promise<void> {
    this.world.boardChannel.off('receipt', this.#onReceipt);
    this.watch.close();
    await this.world.close();
    this.recording?.close();
  }

  readonly #onReceipt = ({ receipt }: SeenReceipt): void => {
    const { counter, storeBirth } = receipt;
    const isOld = this.#receipt?.storeBirth === storeBirth && counter <= this.#receipt.counter;
    if (!isOld) this.#receipt = { counter, storeBirth };
  };
}

function known<T>(named: ReadonlyMap<string, T>, name: string, what: string): T {
  const found = named.get(name);
  if (found !== undefined) return found;
  const names = [...named.keys()].join(', ') || 'none';
  throw new StepFailure(`no step before this one made the ${what} "${name}"; there is ${names}`);
}
