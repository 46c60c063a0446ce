/**
 * The way of crash records out of the board: some seconds after its start, and then one in half a minute, the oldest
 * that nobody has yet is signed and published, until the broker has it. None waits in memory, and nothing waits for them.
 */

import type { Clock } from '../port/clock.js';
import type { Partition } from '../port/flash.js';
import { tellCrash, untoldCrash } from '../store/crashRecord.js';
import type { Crash } from './crashReceipt.js';

/** From the start until the first: a board that crashes at once shall do what keeps it alive before. */
const FIRST_MS = 3_000;
/** Between two attempts: a signature has its price. */
const EVERY_MS = 30_000;

/** The records, and the way out. */
export interface CrashOutflowOptions {
  clock: Clock;
  partition: Partition;
  /** Publishes a signed receipt of a crash; true once the broker has it, false when it was not sent. Never rejects. */
  deliver(crash: Crash): Promise<boolean>;
  log(line: string): void;
}

/** The outflow of one operation; it begins at once, and ends when nothing is left. */
export class CrashOutflow {
  readonly #options: CrashOutflowOptions;
  #cancel = () => {};
  #closed = false;

  constructor(options: CrashOutflowOptions) {
    this.#options = options;
    this.#later(FIRST_MS);
  }

  /** Sends nothing more. */
  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #later(ms: number): void {
    if (!this.#closed) this.#cancel = this.#options.clock.after(ms, () => void this.#next());
  }

  async #next(): Promise<void> {
    const { deliver, log, partition } = this.#options;
    try {
      const found = untoldCrash(partition);
      if (!found) return;
      const { count, number } = found.record;
      const isOut = await deliver(found.record);
      if (this.#closed) return;
      // Flash that takes no mark would have the same receipt sent for ever.
      if (isOut && !tellCrash(partition, found.place, found.record)) return;
      if (isOut) log(`crash ${number} is published${count > 1 ? `, ${count} times` : ''}`);
      this.#later(EVERY_MS);
    } catch (error) {
      log(`crash records: ${(error as Error)?.message ?? error}`);
    }
  }
}
