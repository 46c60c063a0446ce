/** The flash and the clock of a board whose parts fail as its holder wishes: its power in a write, its quartz. */
import type { Clock } from '../../firmware/port/clock.js';
import type { Flash, PartitionName } from '../../firmware/port/flash.js';
import { Power, withFaults } from '../flash/faults.js';

/** Flash that works until its power fails inside a write or an erase. */
export interface FailingFlash {
  flash: Flash;
  /** The power fails inside the n-th write or erase from now on, 1 or more; undefined: it does not fail. */
  failAt(operation: number | undefined): void;
}

/**
 * A way to a flash whose partitions may be held: each call goes to the flash as it is then.
 * @param onCut ends the board; a half-done write lies in its flash by then
 */
export function failingFlash(flash: Flash, onCut: () => never): FailingFlash {
  let current = flash;
  return {
    flash: {
      open(name: PartitionName) {
        const { sectorSize, size } = flash.open(name);
        return {
          ...{ sectorSize, size },
          read: (offset, length) => current.open(name).read(offset, length),
          write: (offset, bytes) => current.open(name).write(offset, bytes),
          erase: offset => current.open(name).erase(offset),
        };
      },
    },
    failAt(operation) {
      current = flash;
      if (operation === undefined) return;
      // Flash in files cannot remember half-set bits beyond the end of this process.
      const power = new Power({ seed: operation, unstable: false, onCut });
      power.cutAt(operation, 'torn');
      current = withFaults(flash, power);
    },
  };
}

/** A clock that may run faster or slower than another; it never goes back. Timers that run already keep their end. */
export class DriftingClock implements Clock {
  readonly #true: Clock;
  #rate = 1;
  #since = 0;
  #begin = 0;

  constructor(clock: Clock) {
    this.#true = clock;
  }

  /** From now on so many of its milliseconds in one; greater than 0. */
  setRate(rate: number): void {
    this.#begin = this.#exact();
    this.#since = this.#true.monotonic();
    this.#rate = rate;
  }

  monotonic(): number {
    return Math.floor(this.#exact());
  }

  after(milliseconds: number, callback: () => void): () => void {
    return this.#true.after(milliseconds / this.#rate, callback);
  }

  #exact(): number {
    return this.#begin + (this.#true.monotonic() - this.#since) * this.#rate;
  }
}
