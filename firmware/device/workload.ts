/** The work of an operation: its tasks, one after the other, and the times at which the board looks again by itself. */

import type { Commands } from '../command/commands.js';
import type { Clock } from '../port/clock.js';
import type { OpenedTrust } from '../trust/open.js';
import type { UpdateIntake } from '../update/updates.js';
import type { OfferBox } from './offerBox.js';
import type { Rest } from './rest.js';
import { TaskQueue } from './taskQueue.js';

/** The time between two looks at what waits. */
const RETRY_EVERY_MS = 10_000;
/** The time between two looks at the Device though nothing waits. Finality itself goes on every 6.4 minutes. */
const WATCH_EVERY_MS = 300_000;

/** The parts that work. */
export interface WorkloadOptions {
  clock: Clock;
  commands: Commands;
  offers: OfferBox;
  /** Missing where the platform has no deep sleep. */
  rest?: Rest;
  trust: OpenedTrust;
  updates: UpdateIntake;
  /** True when now is proven at the level of `firmware`. */
  nowProvenForFirmware(): boolean;
  /** Told after every task in which commands looked at the chain. */
  afterCommands(): void;
}

/** Gives each part its turns, until it is closed. */
export class Workload {
  readonly #options: WorkloadOptions;
  readonly #tasks = new TaskQueue();
  #closed = false;
  #nextWatch: number;
  #cancelRetry = () => {};
  #cancelDeferred = () => {};

  constructor(options: WorkloadOptions) {
    this.#options = options;
    this.#nextWatch = options.clock.monotonic() + WATCH_EVERY_MS;
    this.#retryLater();
  }

  /** True while a task runs. */
  get isWorking(): boolean {
    return this.#tasks.isWorking;
  }

  /** Finishes what a power cut interrupted. */
  recover(): void {
    this.#tasks.add('recover', () => this.#options.commands.recover());
    this.#followTrust();
  }

  /** Decides the envelopes that came. */
  envelopes(): void {
    this.#tasks.add('envelopes', () => this.#workOnCommands());
  }

  /** Decides the offers that came. */
  offers(): void {
    this.#tasks.add('offers', () => this.#workOnOffers());
  }

  /** Looks again at the commands that wait. */
  retryCommands(): void {
    const { afterCommands, commands } = this.#options;
    this.#tasks.add('retry', () => commands.retry().then(afterCommands));
  }

  /** Looks again at the update that waits. */
  retryUpdates(): void {
    this.#tasks.add('updates', () => this.#options.updates.retry());
  }

  /** Runs one task in its turn; undefined when one of that name waits, or it is closed. */
  run<T>(name: string, task: () => Promise<T>): Promise<T | undefined> {
    return this.#tasks.run(name, task);
  }

  /** Begins nothing more; resolves when what runs has ended. */
  close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry();
    this.#cancelDeferred();
    return this.#tasks.close();
  }

  /** Decides what envelopes came, and does what a proof of now that they brought makes possible. */
  #workOnCommands(): Promise<void> {
    // Not an async function: see rpc/client.ts.
    const { afterCommands, commands, nowProvenForFirmware } = this.#options;
    const before = nowProvenForFirmware();
    return commands.work().then(() => {
      afterCommands();
      this.#workLater();
      return before ? undefined : this.#proveNowForFirmware();
    });
  }

  async #proveNowForFirmware(): Promise<void> {
    const { commands, nowProvenForFirmware } = this.#options;
    if (!nowProvenForFirmware()) await commands.proveNow('firmware');
    // An update may have waited for the proof of now that a command brought.
    if (nowProvenForFirmware()) this.retryUpdates();
  }

  #workOnOffers(): Promise<void> {
    return this.#options.offers.work().then(() => this.#workLater());
  }

  /** Comes back to what waits for a proof that the budgets do not allow yet. */
  #workLater(): void {
    const { clock, commands, offers } = this.#options;
    const waits = [commands.deferredMs, offers.deferredMs].filter(wait => wait !== undefined);
    this.#cancelDeferred();
    if (waits.length === 0 || this.#closed) return;
    this.#cancelDeferred = clock.after(Math.min(...waits), () => {
      if (commands.deferredMs !== undefined) this.envelopes();
      if (offers.deferredMs !== undefined) this.offers();
    });
  }

  #followTrust(): void {
    const { trust } = this.#options;
    if (trust.due) this.#tasks.add('trust', () => trust.follow());
  }

  #watch(): void {
    const { afterCommands, clock, commands } = this.#options;
    if (clock.monotonic() < this.#nextWatch) return;
    this.#nextWatch = clock.monotonic() + WATCH_EVERY_MS;
    this.#tasks.add('watch', () => commands.watch().then(afterCommands));
  }

  /** After everything else that is due: asleep, a board comes back to nothing. */
  #rest(): void {
    const { rest } = this.#options;
    if (rest?.isDue) this.#tasks.add('rest', () => rest.fall());
  }

  #retryLater(): void {
    const { clock, commands, updates } = this.#options;
    this.#cancelRetry = clock.after(RETRY_EVERY_MS, () => {
      if (this.#closed) return;
      if (commands.waiting) this.retryCommands();
      if (updates.waiting) this.retryUpdates();
      this.#followTrust();
      this.#watch();
      this.#rest();
      this.#retryLater();
    });
  }
}
