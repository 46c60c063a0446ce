/**
 * Faults of flash, on demand and repeatable by seed: power that fails before, inside or after the n-th
 * write or erase; bits that it leaves half-set, which read now so and now so; bits that flip at rest; worn sectors.
 * Works over any Partition. (After the flash simulator of MCUboot, which cuts at every operation in turn.)
 */
import type { Flash, Partition, PartitionName } from '../../firmware/port/flash.js';
import { Chance } from '../node/chance.js';
import { checkErase, checkRange } from '../node/flash/partition.js';
import { type Torn, tornErase, tornWrite } from './tear.js';

/** The power is gone; the code that meets this must be abandoned, and everything it tries next meets it again. */
export class PowerCut extends Error {}

export type Moment = 'before' | 'torn' | 'after';

export interface PowerOptions {
  seed: number;
  /**
   * Half-set bits keep reading differently (default). False fixes each at random as the power fails: for a board
   * whose flash is files, since they could not be remembered beyond the end of its process.
   */
  unstable?: boolean;
  /** Instead of throwing PowerCut: ends the process, say. */
  onCut?: () => never;
}

/** The supply of a whole board: counts the operations of all its partitions. */
export class Power {
  readonly chance: Chance;
  readonly unstable: boolean;
  readonly #onCut: () => never;
  #operations = 0;
  #cut: { operation: number; moment: Moment } | undefined;
  #off = false;

  constructor({ seed, unstable = true, onCut }: PowerOptions) {
    this.chance = new Chance(seed);
    this.unstable = unstable;
    this.#onCut =
      onCut ??
      (() => {
        throw new PowerCut(`power cut at flash operation ${this.#operations}, seed ${seed}`);
      });
  }

  /** Writes and erases so far. */
  get operations(): number {
    return this.#operations;
  }

  /** Fails at the `operation`-th write or erase from now on, counted from 1. */
  cutAt(operation: number, moment: Moment): void {
    this.#cut = { operation: this.#operations + operation, moment };
  }

  /** No cut is planned any more. */
  keep(): void {
    this.#cut = undefined;
  }

  /** On again, with no cut planned. */
  restore(): void {
    this.#off = false;
    this.keep();
  }

  /** Runs one operation, or as much of it as the power allows. */
  run(whole: () => void, torn: () => void): void {
    this.check();
    this.#operations++;
    const moment = this.#cut?.operation === this.#operations ? this.#cut.moment : undefined;
    if (moment === undefined || moment === 'after') whole();
    if (moment === undefined) return;
    if (moment === 'torn') torn();
    this.#off = true;
    this.#onCut();
  }

  /** Nothing works without power, reading neither. */
  check(): void {
    if (this.#off) this.#onCut();
  }
}

/** Bits of one byte. */
interface Stuck {
  /** Read 0 whatever is erased. */
  atZero: number;
  /** Read 1 whatever is written. */
  atOne: number;
}

export class FaultyPartition implements Partition {
  readonly size: number;
  readonly sectorSize: number;
  readonly #inner: Partition;
  readonly #power: Power;
  /** Half-set bits; the cell below holds 1. */
  readonly #unstable: Uint8Array;
  readonly #stuck = new Map<number, Stuck>();

  constructor(inner: Partition, power: Power) {
    this.size = inner.size;
    this.sectorSize = inner.sectorSize;
    this.#unstable = new Uint8Array(inner.size);
    this.#inner = inner;
    this.#power = power;
  }

  read(offset: number, length: number): Uint8Array {
    this.#power.check();
    const bytes = this.#inner.read(offset, length);
    this.#blur(bytes, offset);
    for (const [at, { atZero, atOne }] of this.#stuck) {
      if (at >= offset && at < offset + length) bytes[at - offset] = (bytes[at - offset] & ~atZero) | atOne;
    }
    return bytes;
  }

  write(offset: number, bytes: Uint8Array): void {
    checkRange(this, offset, bytes.length);
    this.#power.run(
      () => this.#write(offset, bytes),
      () => {
        const before = this.#inner.read(offset, bytes.length);
        this.#leave(offset, tornWrite(before, bytes, offset, this.#power.chance));
      },
    );
  }

  erase(offset: number): void {
    checkErase(this, offset);
    this.#power.run(
      () => this.#erase(offset),
      () => {
        const before = this.#inner.read(offset, this.sectorSize);
        this.#erase(offset);
        this.#leave(offset, tornErase(before, this.#power.chance));
      },
    );
  }

  /** Some random bits of a sector no longer follow. */
  wearOut(sector: number, bits: number): void {
    checkErase(this, sector);
    const { chance } = this.#power;
    for (let i = 0; i < bits; i++) {
      const at = sector + chance.below(this.sectorSize);
      const stuck = this.#stuck.get(at) ?? { atZero: 0, atOne: 0 };
      stuck[chance.of(['atZero', 'atOne'] as const)] |= 1 << chance.below(8);
      this.#stuck.set(at, stuck);
    }
  }

  #write(offset: number, bytes: Uint8Array): void {
    this.#inner.write(offset, bytes);
    for (let i = 0; i < bytes.length; i++) this.#unstable[offset + i] &= bytes[i];
  }

  #erase(offset: number): void {
    this.#inner.erase(offset);
    this.#unstable.fill(0, offset, offset + this.sectorSize);
  }

  #leave(offset: number, { cells, unstable }: Torn): void {
    this.#write(offset, cells);
    if (this.#power.unstable) {
      for (let i = 0; i < unstable.length; i++) this.#unstable[offset + i] |= unstable[i];
    } else {
      const { chance } = this.#power;
      this.#inner.write(
        offset,
        cells.map((cell, i) => cell & ~(unstable[i] & chance.byte())),
      );
    }
  }

  /** Now all as if written, now all as if not, now each as it pleases. */
  #blur(bytes: Uint8Array, offset: number): void {
    const { chance } = this.#power;
    const mood = chance.below(3);
    for (let i = 0; i < bytes.length; i++) {
      const mask = this.#unstable[offset + i];
      if (mask !== 0) bytes[i] &= ~(mask & (mood === 0 ? 0xff : mood === 1 ? 0 : chance.byte()));
    }
  }
}

/** A board's flash with every partition behind the same supply. */
export function withFaults(flash: Flash, power: Power): { open(name: PartitionName): FaultyPartition } {
  const opened = new Map<PartitionName, FaultyPartition>();
  return {
    open(name) {
      const partition = opened.get(name) ?? new FaultyPartition(flash.open(name), power);
      opened.set(name, partition);
      return partition;
    },
  };
}

/** Flips bits at rest, in either direction. */
export function flipBits(partition: Partition, offset: number, mask: number): void {
  const sector = offset - (offset % partition.sectorSize);
  const bytes = partition.read(sector, partition.sectorSize);
  bytes[offset - sector] ^= mask;
  partition.erase(sector);
  partition.write(sector, bytes);
}
