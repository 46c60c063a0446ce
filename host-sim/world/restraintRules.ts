/**
 * "What only restrains holds from the newest trusted head": soon after a block has a pause, a suspension or a newer epoch
 * nothing runs any more that it forbids.
 */
import type { Finding, Rule } from './finding.js';

/**
 * Milliseconds from a restraint in a block until nothing may run: the newest block that a board goes by is 3 minutes old
 * at most, and what was decided by it is done within another.
 */
const SEEN_MS_MAX = 240_000;

/** The epochs of an envelope, or those that a block has. */
export interface Epochs {
  /** Of the Device. */
  epoch: number;
  /** Of the Fleet. */
  fleetEpoch: number;
}

/** A number, and since when blocks have it (ms). */
interface Since {
  value: number;
  sinceMs: number;
}

const FIRST: Since = { value: 0, sinceMs: 0 };

/** The restraints of one fleet. */
export class RestraintRules {
  #pausedMs: number | undefined;
  /** By board, when a block had its suspension. */
  readonly #suspended = new Map<string, number>();
  readonly #epochs = new Map<string, Since>();
  #fleetEpoch = FIRST;

  /** A block has a pause of the fleet. */
  paused(nowMs: number): void {
    this.#pausedMs ??= nowMs;
  }

  /** The fleet's signers end the pause, in a block that is still to come. */
  resumes(): void {
    this.#pausedMs = undefined;
  }

  /** A block has the board suspended, or reported stolen. */
  suspended(board: string, nowMs: number): void {
    this.#suspended.set(board, nowMs);
  }

  /** Its owner lifts it, in a block that is still to come. */
  lifts(board: string): void {
    this.#suspended.delete(board);
  }

  /** A block has that epoch of the board's Device. */
  epochBegan(board: string, value: number, sinceMs: number): void {
    this.#epochs.set(board, { value, sinceMs });
  }

  /** A block has that epoch of the fleet. */
  fleetEpochBegan(value: number, sinceMs: number): void {
    this.#fleetEpoch = { value, sinceMs };
  }

  /** The newest epoch of the board's Device. */
  epochOf(board: string): number {
    return (this.#epochs.get(board) ?? FIRST).value;
  }

  /** True for an envelope of an older epoch of its Device, whose links boards pass over. */
  isPassedOver(board: string, { epoch }: Epochs): boolean {
    return epoch < this.epochOf(board);
  }

  /** An order of those epochs ran. @param words begin each finding */
  ran(board: string, { epoch, fleetEpoch }: Epochs, nowMs: number, words: string): Finding[] {
    const found: Finding[] = [];
    const judge = (rule: Rule, sinceMs: number | undefined, what: string) => {
      if (sinceMs === undefined || nowMs <= sinceMs + SEEN_MS_MAX) return;
      found.push({ rule, what: `${words} ${nowMs - sinceMs} ms after ${what}` });
    };
    judge('paused', this.#pausedMs, 'the fleet was paused');
    judge('suspended', this.#suspended.get(board), 'the board was suspended');
    const ofDevice = this.#epochs.get(board) ?? FIRST;
    if (epoch < ofDevice.value) judge('void', ofDevice.sinceMs, `epoch ${ofDevice.value} began`);
    const ofFleet = this.#fleetEpoch;
    if (fleetEpoch < ofFleet.value)
      judge('void', ofFleet.sinceMs, `the fleet's epoch ${ofFleet.value} began`);
    return found;
  }
}
