/** The telemetry of a board, batch by batch: signatures checked, repetitions passed over, gaps told. */
import type { Contracts, Hex } from '../../contracts/client/index.js';
import type { Surroundings } from '../cli/command.js';
import { oneLine } from '../cli/failure.js';
import { toJson } from '../cli/json.js';
import type { BoardChannel } from '../operator/boardChannel.js';
import { gapBefore, placeOf, reportsOf, type SeenBatch } from '../operator/telemetry.js';
import { isSignedByBoard } from './signedByBoard.js';

export interface FollowTelemetryOptions {
  contracts: Contracts;
  device: Hex;
}

/** Tells a command's `emit` of each report of a board, in the order of the board's batches. */
export class TelemetryFollower {
  readonly counts = { batches: 0, reports: 0, missing: 0, dropped: 0, forged: 0 };
  readonly #options: FollowTelemetryOptions;
  readonly #surroundings: Surroundings;
  /** Counters that were told. A board gives a batch again whose acknowledgement was lost. */
  readonly #told = new Set<number>();
  #newest: number | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(surroundings: Surroundings, options: FollowTelemetryOptions) {
    this.#surroundings = surroundings;
    this.#options = options;
  }

  /** Follows a channel that passes on forged messages too (`unchecked` of openBoard). */
  listen(channel: BoardChannel): void {
    channel.on('telemetry', batch => {
      this.#turn = this.#turn
        .then(() => this.#batch(batch))
        .catch(error => this.#surroundings.note(oneLine(String(error))));
    });
  }

  /** Resolves when every batch that has come was told. */
  async end(): Promise<void> {
    await this.#turn;
  }

  async #batch(batch: SeenBatch): Promise<void> {
    const { contracts, device } = this.#options;
    const { counter, dropped, signer } = batch;
    if (!(await isSignedByBoard(contracts, device, signer))) {
      this.counts.forged++;
      this.#tell({ kind: 'forged', by: signer ?? 'nobody' }, `FORGED: signed by ${signer ?? 'nobody'}`);
      return;
    }
    if (this.#told.has(counter)) return;
    this.#told.add(counter);
    this.counts.batches++;
    this.#gap(counter);
    if (dropped > 0) {
      this.counts.dropped += dropped;
      this.#tell({ kind: 'dropped', reports: dropped }, `${dropped} reports found no room on the board`);
    }
    for (const { name, time, value } of reportsOf(batch)) {
      this.counts.reports++;
      const at = time ?? 'no time yet';
      this.#tell(
        { kind: 'report', name, value, time, proven: batch.proven, counter },
        `${at}${batch.proven ? '' : ' at least'}  ${name} ${toJson(value)}`,
      );
    }
  }

  #gap(counter: number): void {
    const gap = this.#newest === undefined ? undefined : gapBefore(counter, this.#newest);
    this.#newest = Math.max(counter, this.#newest ?? 0);
    if (!gap) return;
    this.counts.missing += gap.batches;
    const { number, start } = placeOf(counter);
    const missing = gap.batches > 0 ? `${gap.batches} batches are missing` : '';
    const restart =
      gap.kind === 'restart'
        ? `the board started anew (start ${start}): what it had not sent is lost`
        : `before batch ${number}`;
    this.#tell(
      { kind: 'gap', restart: gap.kind === 'restart', batches: gap.batches, counter },
      `GAP: ${[restart, missing].filter(Boolean).join(', ')}`,
    );
  }

  #tell(event: object, line: string): void {
    this.#surroundings.emit(event, line);
  }
}
