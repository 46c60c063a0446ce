/**
 * Floors and clock, kept per level so that one forged head of a weak level locks out nobody. A board has no
 * calendar: the time of a level is its greatest proven timestamp plus what the monotonic clock counted since.
 * After a restart that is only a floor, until a head answers this boot's challenge ("now").
 */

import { numberToBytes, readNumber } from '../bytes/bigEndian.js';
import { concat } from '../bytes/concat.js';
import type { Clock } from '../port/clock.js';
import { accepted, undetermined, type Verdict } from '../proof/verdict.js';
import type { PurposePolicy } from './configuration.js';
import type { Level, TrustedHead } from './level.js';

interface LevelFloor {
  /** Greatest finalized number and timestamp. */
  number: number;
  timestamp: number;
  /** Greatest number that this boot saw, finalized or not: what restrained there must not be forgotten. */
  newest: number;
  /** Greatest proven timestamp, finalized or not, and when this boot saw it. */
  seen: number;
  seenAt: number;
}

const LEVELS: readonly Level[] = [1, 2, 3, 4];
const RECORD_BYTES = 24;

export class Floors {
  readonly #clock: Clock;
  readonly #levels: LevelFloor[];
  /** Levels at which now was proven since the restart. */
  readonly #now: boolean[] = [false, false, false, false];

  /** `record` is what `encode` gave; anything else counts as nothing known. */
  constructor(options: { clock: Clock; record?: Uint8Array }) {
    this.#clock = options.clock;
    const record = options.record?.length === RECORD_BYTES * LEVELS.length ? options.record : undefined;
    const seenAt = options.clock.monotonic();
    this.#levels = LEVELS.map((_, i) => ({
      number: (record && readNumber(record, i * RECORD_BYTES, 8)) ?? 0,
      timestamp: (record && readNumber(record, i * RECORD_BYTES + 8, 8)) ?? 0,
      newest: 0,
      seen: (record && readNumber(record, i * RECORD_BYTES + 16, 8)) ?? 0,
      seenAt,
    }));
  }

  encode(): Uint8Array {
    return concat(
      ...this.#levels.flatMap((floor, i) => [
        numberToBytes(floor.number, 8),
        numberToBytes(floor.timestamp, 8),
        numberToBytes(this.#time(i), 8),
      ]),
    );
  }

  /** Unix seconds by the best clock among `least` and stronger; 0 when none has proven a time. */
  now(least: Level): number {
    let best = 0;
    for (let i = least - 1; i < LEVELS.length; i++) best = Math.max(best, this.#time(i));
    return best;
  }

  /** Whether now was proven at `least` or a stronger level since the restart. */
  nowProven(least: Level): boolean {
    return this.#now.slice(least - 1).some(Boolean);
  }

  /** Takes in a head, unless its level is too low, it lies below its level's floor, or it is too old. */
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
    const floor = this.#levels[head.level - 1];
    if (head.number < floor.number || head.timestamp < floor.timestamp) {
      return undetermined(
        'stale',
        `block ${head.number} is older than block ${floor.number}, which was final before`,
      );
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

  /** A head that answers this boot's challenge resets its level: it is now, whatever was believed before. */
  proveNow(head: TrustedHead): void {
    const floor = this.#levels[head.level - 1];
    if (!this.#now[head.level - 1]) {
      floor.number = 0;
      floor.timestamp = 0;
      floor.newest = 0;
      floor.seen = 0;
    }
    this.#now[head.level - 1] = true;
    this.#observe(floor, head);
  }

  #time(index: number): number {
    const floor = this.#levels[index];
    if (floor.seen === 0) return 0;
    return floor.seen + Math.floor((this.#clock.monotonic() - floor.seenAt) / 1000);
  }

  #observe(floor: LevelFloor, head: TrustedHead): void {
    floor.newest = Math.max(floor.newest, head.number);
    if (head.finalized) {
      floor.number = Math.max(floor.number, head.number);
      floor.timestamp = Math.max(floor.timestamp, head.timestamp);
    }
    if (head.timestamp > this.#time(head.level - 1)) {
      floor.seen = head.timestamp;
      floor.seenAt = this.#clock.monotonic();
    }
  }
}
