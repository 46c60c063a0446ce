/** The bench of a scenario: a world with a board in it, and what the steps of the scenario have named so far. */
import type { Order } from '../../demo/orders.js';
import { type Release, releaseOf } from '../../demo/releases.js';
import type { Setting } from '../../demo/setting.js';
import { BoardWatch } from './boardWatch.js';
import { StepFailure } from './outcome.js';
import type { Recording } from './recording.js';
import type { Wires } from './wires.js';

/** The name of an order or a release where the scenario gives none. */
export const UNNAMED = 'it';

/** The name of the release that the board had first. */
const FIRST = 'first';

export class Bench {
  readonly world: Setting;
  /** Lines and outputs of the board since the scenario began. */
  readonly watch: BoardWatch;
  /** Between the board and those whom it reaches, where the target has them. */
  readonly wires: Wires | undefined;
  /** The flash of the board can be read from outside. */
  readonly seesFlash: boolean;
  /** The file into which its board records, which is gone with the bench unless it is kept. */
  recording: Recording | undefined;
  /** The current that its board draws, in milliamperes, where its supply measures. */
  current: (() => Promise<number>) | undefined;
  readonly #orders = new Map<string, Order>();
  readonly #releases = new Map<string, Release>();
  readonly #copies = new Map<string, Uint8Array>();
  #version = 1;
  #restartsBefore = 0;

  constructor(world: Setting, wires?: Wires, seesFlash = true) {
    this.seesFlash = seesFlash;
    this.world = world;
    this.wires = wires;
    this.watch = new BoardWatch(world.board);
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

  async close(): Promise<void> {
    this.watch.close();
    await this.world.close();
    this.recording?.close();
  }
}

function known<T>(named: ReadonlyMap<string, T>, name: string, what: string): T {
  const found = named.get(name);
  if (found !== undefined) return found;
  const names = [...named.keys()].join(', ') || 'none';
  throw new StepFailure(`no step before this one made the ${what} "${name}"; there is ${names}`);
}
