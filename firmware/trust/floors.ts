/**
 * Floors and clock, kept per level, so that one forged head of a weak level locks out nobody. A board has no calendar:
 * the time of a level is its greatest proven timestamp plus the time that the monotonic clock counted since. After a
 * restart that is only a floor, until a head answers this boot's challenge ("now").
 *
 * A stronger level's word replaces whatever a weaker level believed that cannot be true beside it.
 *
 * **The newest block** may come from a level below a purpose's least one, because it is asked only for what restrains:
 * a lie about it can delay a board, as everybody on the path can, but never make it act. So the newest block is
 * measured against the floors of its own level, never against the policy's level, and it never proves now for another
 * level.
 */

import { numberToBytes, readNumber } from '../bytes/bigEndian.js';
import { concat } from '../bytes/concat.js';
import { equal } from '../bytes/equal.js';
import { accepted, undetermined, type Verdict } from '../bytes/verdict.js';
import type { Clock } from '../port/clock.js';
import type { PurposePolicy } from './configuration.js';
import type { Level, TrustedHead } from './level.js';

interface LevelFloor {
  /** Last finalized head. */
  number: number;
  timestamp: number;
  hash: Uint8Array;
  /** Greatest number that this boot saw, finalized or not: a restraint that was seen there must not be forgotten. */
  newest: number;
  /** The timestamp of that block. */
  newestTime: number;
  /** Greatest proven timestamp, finalized or not, and when this boot saw it. */
  seen: number;
  seenAt: number;
}

const LEVELS: readonly Level[] = [1, 2, 3, 4];
const RECORD_BYTES = 56;
/** Seconds by which a head that is now may lie below what its level believed without being told of: a fork is shorter. */
const LOWERED_SECONDS_MAX = 86_400;
/** Seconds by which a weaker level may be ahead of a stronger one: finality takes 13 minutes, or a few times that. */
const AHEAD_SECONDS_MAX = 3600;

/** The floors of all four levels: the oldest block and time that still count. `encode` carries them over a restart. */
export class Floors {
  readonly #clock: Clock;
  readonly #levels: LevelFloor[];
  /** Levels at which now was proven since the restart. */
  readonly #now: boolean[] = [false, false, false, false];
  readonly #onLowered: (seconds: number) => void;
  #lowered = 0;

  /**
   * `record` is what `encode` gave; a record of another length counts as nothing known. `onLowered` is told when a head
   * that is now lowers what its level believed by more than a day, in seconds.
   */
  constructor(options: { clock: Clock; record?: Uint8Array; onLowered?(seconds: number): void }) {
    this.#clock = options.clock;
    this.#onLowered = options.onLowered ?? (() => {});
    const record = options.record?.length === RECORD_BYTES * LEVELS.length ? options.record : undefined;
    const seenAt = options.clock.monotonic();
    this.#levels = LEVELS.map((_, i) => ({
      number: (record && readNumber(record, i * RECORD_BYTES, 8)) ?? 0,
      timestamp: (record && readNumber(record, i * RECORD_BYTES + 8, 8)) ?? 0,
      newest: 0,
      newestTime: 0,
      seen: (record && readNumber(record, i * RECORD_BYTES + 16, 8)) ?? 0,
      seenAt,
      hash: record?.slice(i * RECORD_BYTES + 24, (i + 1) * RECORD_BYTES) ?? new Uint8Array(32),
    }));
  }

  /** The record for flash, 224 bytes: block, time and hash of each level. */
  encode(): Uint8Array {
    return concat(
      ...this.#levels.flatMap((floor, i) => [
        numberToBytes(floor.number, 8),
        numberToBytes(floor.timestamp, 8),
        numberToBytes(this.#time(i), 8),
        floor.hash,
      ]),
    );
  }

  /** Unix seconds by the best clock among `least` and stronger; 0 when none has proven a time. */
  now(least: Level): number {
    let best = 0;
    for (let i = least - 1; i < LEVELS.length; i++) best = Math.max(best, this.#time(i));
    return best;
  }

  /** True when now was proven at `least` or a stronger level since the restart. */
  nowProven(least: Level): boolean {
    return this.#now.slice(least - 1).some(Boolean);
  }

  /** Number of the newest finalized block at `least` or a stronger level; 0 when there is none. */
  finalized(least: Level): number {
    return Math.max(...this.#levels.slice(least - 1).map(({ number }) => number));
  }

  /** The chain has reached this time, unix seconds, at that level, although no block of that time counts yet. */
  reached(level: Level, timestamp: number): void {
    this.#tick(this.#levels[level - 1], level, timestamp);
  }

  /** Takes in a head; undetermined when its level is too low, it lies below its level's floor, or it is too old. */
  admit(
    head: TrustedHead,
    { level, maximumAge }: PurposePolicy,
  ): Verdict<undefined, never, 'level' | 'stale'> {
    if (head.level < level) {
      return undetermined(
        'level',
        `block ${head.number} is trusted at level ${head.level}, ${level} is the least`,
      );
    }
    return this.admitNewest(head, maximumAge);
  }

  /** The same for any least level: for the newest head, of which only restraints are believed. Age in seconds. */
  admitNewest(head: TrustedHead, maximumAge: number): Verdict<undefined, never, 'stale'> {
    const floor = this.#levels[head.level - 1];
    if (head.number < floor.number || head.timestamp < floor.timestamp) {
      return undetermined(
        'stale',
        `block ${head.number} is older than block ${floor.number}, which was final before`,
      );
    }
    if (head.number === floor.number && floor.number > 0 && !equal(head.hash, floor.hash)) {
      return undetermined('stale', `block ${head.number} was final with another hash before`);
    }
    if (!head.finalized && head.number < floor.newest) {
      // An endpoint that goes back to before a pause must not make the board forget the pause.
      return undetermined('stale', `the newest block went back from ${floor.newest} to ${head.number}`);
    }
    const time = Math.max(this.#time(head.level - 1), head.timestamp);
    const age = time - head.timestamp;
    if (age > maximumAge) {
      return undetermined(
        'stale',
        `block ${head.number} is ${age} s old, at most ${maximumAge} s are allowed`,
      );
    }
    this.#observe(floor, head);
    return accepted(undefined);
  }

  /** Takes in a head that answers this boot's challenge: it is now, so all that its level believed before is reset. */
  proveNow(head: TrustedHead): void {
    const floor = this.#levels[head.level - 1];
    if (!this.#now[head.level - 1]) {
      this.#tellLowered(Math.max(floor.timestamp, this.#time(head.level - 1)) - head.timestamp);
      this.#forget(floor);
    }
    this.#now[head.level - 1] = true;
    this.#observe(floor, head);
  }

  /**
   * The greatest number of seconds, more than a day, by which a head that was now lowered what its level believed in this
   * boot; 0 for none. Either the board was told a time of the future before, or now it was shown an old block.
   */
  get lowered(): number {
    return this.#lowered;
  }

  #tellLowered(seconds: number): void {
    if (seconds <= Math.max(LOWERED_SECONDS_MAX, this.#lowered)) return;
    this.#lowered = seconds;
    this.#onLowered(seconds);
  }

  #time(index: number): number {
    const floor = this.#levels[index];
    if (floor.seen === 0) return 0;
    return floor.seen + Math.floor((this.#clock.monotonic() - floor.seenAt) / 1000);
  }

  #observe(floor: LevelFloor, head: TrustedHead): void {
    if (head.number > floor.newest) {
      floor.newest = head.number;
      floor.newestTime = head.timestamp;
    }
    if (head.finalized && head.number >= floor.number) {
      floor.number = head.number;
      floor.timestamp = Math.max(floor.timestamp, head.timestamp);
      floor.hash = head.hash;
    }
    this.#tick(floor, head.level, head.timestamp);
    if (head.finalized) this.#overrule(head);
  }

  #tick(floor: LevelFloor, level: Level, timestamp: number): void {
    if (timestamp <= this.#time(level - 1)) return;
    floor.seen = timestamp;
    floor.seenAt = this.#clock.monotonic();
  }

  /** Makes weaker levels forget what cannot be true beside this head: another order of blocks, another hash or time. */
  #overrule(head: TrustedHead): void {
    // Before now is proven, the clock of this level is only a floor.
    const later = this.nowProven(head.level)
      ? this.now(head.level) + AHEAD_SECONDS_MAX
      : Number.POSITIVE_INFINITY;
    for (let i = 0; i < head.level - 1; i++) {
      const floor = this.#levels[i];
      const final = contradicts(floor.number, floor.timestamp, head);
      const newest = contradicts(floor.newest, floor.newestTime, head);
      const otherHash = floor.number === head.number && floor.number > 0 && !equal(floor.hash, head.hash);
      if (final || newest || otherHash || this.#time(i) > later) this.#forget(floor);
    }
  }

  #forget(floor: LevelFloor): void {
    floor.number = 0;
    floor.timestamp = 0;
    floor.hash = new Uint8Array(32);
    floor.newest = 0;
    floor.newestTime = 0;
    floor.seen = 0;
  }
}

/** True when the two cannot be of one chain: the block with the greater number has the earlier time. */
const contradicts = (number: number, timestamp: number, head: TrustedHead): boolean =>
  number !== 0 && (number - head.number) * (timestamp - head.timestamp) < 0;
