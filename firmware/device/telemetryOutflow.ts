/**
 * The way of an app's reports out of the board. They are gathered for half a minute, signed as one batch and published; a
 * batch that the broker has not taken within 20 s goes into a ring in flash, from which it is sent again until the broker
 * has it. Each step is a turn of its own, at most one batch in ten seconds, so that no order waits for telemetry.
 */

import type { TakenReports } from '../app/reports.js';
import type { Domain } from '../contract/typedData.js';
import type { Clock } from '../port/clock.js';
import type { Crypto } from '../port/crypto.js';
import { BATCHES_OF_A_START, encodeBatch, type TelemetryBatch, telemetryHash } from './telemetryBatch.js';
import type { StoredBatch, TelemetryRing } from './telemetryRing.js';

/** From the first report of a batch until it is made. */
const GATHER_MS = 30_000;
/** Between two batches, however much is reported: a signature has its price. */
const BATCH_EVERY_MS = 10_000;
/** The time for the broker to take a batch before it is kept in flash. */
const TAKEN_MS_MAX = 20_000;
/** Until the next attempt where the connection's queue had no room. */
const RETRY_MS = 30_000;

/** The reports to send, and the way out. */
export interface TelemetryOutflowOptions {
  reports: {
    readonly waiting: boolean;
    readonly full: boolean;
    take(): TakenReports | undefined;
    onReport: ((name: string, value: unknown) => void) | undefined;
  };
  clock: Clock;
  crypto: Crypto;
  domain: Domain;
  /** 32 bytes: the board's key. */
  privateKey: Uint8Array;
  /** 32 bytes: SHA-256 of the running image. */
  imageHash: Uint8Array;
  /** Unix seconds now by the board's clock, 0 for none, and whether they were proven since the restart. */
  now(): { seconds: number; proven: boolean };
  /** Opened when the first batch is made, or is left from before. */
  ring(): TelemetryRing;
  /** Publishes a batch; true once the broker has it, false when it was not sent. Never rejects. */
  deliver(bytes: Uint8Array): Promise<boolean>;
  log(line: string): void;
}

/** The outflow of one operation; it begins at once. */
export class TelemetryOutflow {
  readonly #options: TelemetryOutflowOptions;
  readonly #ring: TelemetryRing;
  #start = 0;
  #number = 0;
  #nextMs = 0;
  #closed = false;
  /** The batch that the broker was given and has not taken yet. */
  #sending: (StoredBatch & { stored: boolean }) | undefined = undefined;
  #cancelBatch: (() => void) | undefined = undefined;
  #cancelKeep = () => {};
  #cancelRetry = () => {};

  constructor(options: TelemetryOutflowOptions) {
    this.#options = options;
    this.#ring = options.ring();
    options.reports.onReport = () => this.#batchLater();
    this.#batchLater();
    this.#sendNext();
  }

  /** The counter of the newest batch of this start; 0 before the first. */
  get counter(): number {
    return this.#number === 0 ? 0 : this.#start * BATCHES_OF_A_START + this.#number;
  }

  /**
   * Makes a batch of what waits, and keeps it in flash, durable on return: what the memory holds is about to be lost. It
   * is sent all the same.
   */
  flush(): void {
    this.#cancelBatch?.();
    this.#keepSending();
    this.#makeBatch(true);
    this.#sendNext();
  }

  /** Sends and stores nothing more; what waits in memory stays with the app's reports. */
  close(): void {
    this.#closed = true;
    this.#options.reports.onReport = undefined;
    this.#cancelBatch?.();
    this.#cancelKeep();
    this.#cancelRetry();
    this.#keepSending();
  }

  #batchLater(): void {
    const { clock, reports } = this.#options;
    if (this.#closed || !reports.waiting || (this.#cancelBatch && !reports.full)) return;
    this.#cancelBatch?.();
    const rest = Math.max(0, this.#nextMs - clock.monotonic());
    this.#cancelBatch = clock.after(reports.full ? rest : Math.max(rest, GATHER_MS), () => this.#makeBatch());
  }

  #makeBatch(inFlash = false): void {
    const { clock, reports } = this.#options;
    this.#cancelBatch = undefined;
    const taken = this.#closed ? undefined : reports.take();
    if (!taken) return;
    this.#nextMs = clock.monotonic() + BATCH_EVERY_MS;
    this.#tried('a batch is lost', () => {
      const made = this.#sign(taken);
      if (inFlash || this.#sending || this.#ring.oldest()) this.#keep(made);
      else this.#send({ ...made, stored: false });
    });
  }

  #sign({ beganMs, bytes: reports, dropped }: TakenReports): StoredBatch {
    const { clock, crypto, domain, imageHash, now, privateKey } = this.#options;
    if (this.#start === 0) this.#start = this.#ring.begin();
    this.#number++;
    const { proven, seconds } = now();
    const began = seconds === 0 ? 0 : Math.max(0, seconds - Math.round((clock.monotonic() - beganMs) / 1000));
    const { counter } = this;
    const batch: TelemetryBatch = { counter, imageHash, began, proven, dropped, reports };
    const signature = crypto.sign(telemetryHash(crypto, domain, batch), privateKey);
    return { counter, bytes: encodeBatch({ batch, signature }) };
  }

  #keep(batch: StoredBatch): void {
    this.#tried('a batch is not kept', () => {
      const lost = this.#ring.add(batch);
      if (lost !== undefined) this.#options.log('telemetry: the ring is full, its oldest batch is lost');
    });
  }

  #keepSending(): void {
    const sending = this.#sending;
    if (!sending || sending.stored) return;
    this.#keep(sending);
    sending.stored = true;
  }

  #tried(failure: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.log(`telemetry: ${failure}: ${(error as Error)?.message ?? error}`);
    }
  }

  #sendNext(): void {
    if (this.#closed || this.#sending) return;
    const batch = this.#ring.oldest();
    if (batch) this.#send({ ...batch, stored: true });
  }

  #send(batch: StoredBatch & { stored: boolean }): void {
    const { clock, deliver } = this.#options;
    this.#sending = batch;
    this.#cancelKeep = clock.after(TAKEN_MS_MAX, () => this.#keepSending());
    void deliver(batch.bytes).then(delivered => this.#settled(batch, delivered));
  }

  #settled(batch: StoredBatch & { stored: boolean }, delivered: boolean): void {
    if (this.#closed) return;
    this.#cancelKeep();
    if (!delivered) this.#keepSending();
    else if (batch.stored) this.#tried('the flash fails', () => this.#ring.remove(batch.counter));
    this.#sending = undefined;
    if (delivered) this.#sendNext();
    else this.#cancelRetry = this.#options.clock.after(RETRY_MS, () => this.#sendNext());
  }
}
