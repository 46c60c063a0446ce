/**
 * "What only restrains holds from the newest trusted head": soon after a block has a pause, a suspension or a newer epoch
 * nothing runs any more that it forbids.
 */
import type { Finding, Rule } from './finding.js';

/**
 * Milliseconds from a restraint in a block until nothing may run: the newest block that a board goes by is 3 minutes old
 * at most, and what was decided by it is done within another.
 */
export const SEEN_MS_MAX = 240_000;

/** The epochs of an envelope, or those that a block has. */
export interface Epochs {
  /** Of the Device. */
  epoch: number;
  /** Of the Fleet. */
  fleetEpoch: number;
  /** The Fleet, 0x… */
  fleet: string;
}

/** A number, and since when blocks have it (ms). */
interface Since {
  value: number;
  sinceMs: number;
}

const FIRST: Since = { value: 0, sinceMs: 0 };

/** Blocks of those milliseconds are taken back; what they had is in others by then. */
export interface Gap {
  fromMs: number;
  untilMs: number;
}

/** Since when it restrains, once those blocks are gone. */
export const later = (sinceMs: number, { fromMs, untilMs }: Gap): number =>
  sinceMs < fromMs ? sinceMs : untilMs;

/** The restraints of a world's fleets. */
export class RestraintRules {
  /** By fleet, when a block had its pause. */
  readonly #paused = new Map<string, number>();
  /** By board, when a block had its suspension. */
  readonly #suspended = new Map<string, number>();
  readonly #epochs = new Map<string, Since>();
  /** By board, the epochs that began. */
  readonly #begun = new Map<string, number>();
  /** By fleet. */
  readonly #fleetEpochs = new Map<string, Since>();

  /** A block has a pause of the fleet. */
  paused(fleet: string, nowMs: number): void {
    if (!this.#paused.has(fleet)) this.#paused.set(fleet, nowMs);
  }

  /** The fleet's signers end the pause, in a block that is still to come. */
  resumes(fleet: string): void {
    this.#paused.delete(fleet);
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
    this.#begun.set(board, this.epochsOf(board) + 1);
  }

  /** Newer epochs of the board's Device that began. */
  epochsOf(board: string): number {
    return this.#begun.get(board) ?? 0;
  }

  /** A block has that epoch of the fleet. */
  fleetEpochBegan(fleet: string, value: number, sinceMs: number): void {
    this.#fleetEpochs.set(fleet, { value, sinceMs });
  }

  /** The chain takes blocks back: what only they had restrains nobody meanwhile. */
  takenBack(gap: Gap): void {
    for (const since of [this.#paused, this.#suspended])
      for (const [name, sinceMs] of since) since.set(name, later(sinceMs, gap));
    for (const epochs of [this.#epochs, this.#fleetEpochs])
      for (const [name, { sinceMs, value }] of epochs)
        epochs.set(name, { value, sinceMs: later(sinceMs, gap) });
  }

  /** The newest epoch of the board's Device. */
  epochOf(board: string): number {
    return (this.#epochs.get(board) ?? FIRST).value;
  }

  /** True for an envelope of an older epoch of its Device, whose links boards pass over. */
  isPassedOver(board: string, { epoch }: Pick<Epochs, 'epoch'>): boolean {
    return epoch < this.epochOf(board);
  }

  /** An order of those epochs ran. @param words begin each finding */
  ran(board: string, { epoch, fleet, fleetEpoch }: Epochs, nowMs: number, words: string): Finding[] {
    const found: Finding[] = [];
    const judge = (rule: Rule, sinceMs: number | undefined, what: string) => {
      if (sinceMs === undefined || nowMs <= sinceMs + SEEN_MS_MAX) return;
      found.push({ rule, what: `${words} ${nowMs - sinceMs} ms after ${what}` });
    };
    judge('paused', this.#paused.get(fleet), 'the fleet was paused');
    judge('suspended', this.#suspended.get(board), 'the board was suspended');
    const ofDevice = this.#epochs.get(board) ?? FIRST;
    if (epoch < ofDevice.value) judge('void', ofDevice.sinceMs, `epoch ${ofDevice.value} began`);
    const ofFleet = this.#fleetEpochs.get(fleet) ?? FIRST;
    if (fleetEpoch < ofFleet.value)
      judge('void', ofFleet.sinceMs, `the fleet's epoch ${ofFleet.value} began`);
    return found;
  }
}
