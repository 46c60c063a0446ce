/**
 * A number that only grows, in two sectors of its own, so that counting never rewrites the sector of a key. It survives
 * a power cut at any instant: then it is what it was, or one more, and may read now as the one and now as the other
 * until it is advanced; whoever counts knows from elsewhere whether a step was begun (ledger/authenticJournal.ts).
 *
 *     sector   "HFC1" | base 4 | CRC of these 4 | unused 4 | step 4 | step 4 | … | erased
 *
 * The value is the base and one for each step that is cleared. When the steps are used up the other sector begins with
 * the next value; the sector with the greater value counts. A step is a flag of 32 bits, since a power cut leaves
 * bits half-set (layout.ts); head and last step are written again at the next start, which makes them firm.
 */
import { readNumber, writeNumber } from '../bytes/bigEndian.js';
import { crc32 } from '../bytes/crc32.js';
import type { Partition } from '../port/flash.js';
import { affirm, clear, clearedBits, flagBits, flagSize, setFlag, writeChecked } from './layout.js';

/** "HFC1". */
const magic = 0x48464331;
const headSize = 16;

/** The flash does not take another step: the value is as it was. */
export class CounterFault extends Error {}

/**
 * A counter in a partition of two sectors.
 *
 * @example
 * const counter = new FlashCounter(flash.open('counter'));
 * counter.advance(); // durable, or CounterFault
 */
export class FlashCounter {
  readonly #partition: Partition;
  /** Steps of a sector. */
  readonly #steps: number;
  /** The sector that counts; none of them before the first step. */
  #sector: 0 | 1 | undefined = undefined;
  #base = 0;
  #taken = 0;

  /** Throws a RangeError unless the partition has two sectors. Writes again what was written last. */
  constructor(partition: Partition) {
    const { sectorSize, size } = partition;
    if (size !== 2 * sectorSize) throw new RangeError('a counter has two sectors');
    this.#partition = partition;
    this.#steps = Math.floor((sectorSize - headSize) / flagSize);
    for (const sector of [0, 1] as const) {
      const base = this.#baseOf(sector);
      if (base === undefined) continue;
      const taken = this.#takenIn(sector);
      if (this.#sector !== undefined && base + taken <= this.value) continue;
      this.#sector = sector;
      this.#base = base;
      this.#taken = taken;
    }
    if (this.#sector === undefined) return;
    affirm(partition, this.#sector * sectorSize, encodeHead(this.#base));
    if (this.#taken > 0) clear(partition, this.#stepAt(this.#sector, this.#taken - 1), flagSize);
  }

  /** The number now; 0 before the first step. */
  get value(): number {
    return this.#base + this.#taken;
  }

  /** Erasures of the more worn sector, if the count began at 0. */
  get wear(): number {
    return Math.ceil(this.value / (this.#steps + 1) / 2);
  }

  /** One more, durable on return. @throws CounterFault */
  advance(): void {
    const sector = this.#sector;
    if (sector === undefined || this.#taken === this.#steps) {
      this.#turn(sector === 0 ? 1 : 0);
      return;
    }
    if (!setFlag(this.#partition, this.#stepAt(sector, this.#taken)))
      throw new CounterFault('the flash of the counter has worn out');
    this.#taken++;
  }

  #turn(sector: 0 | 1): void {
    const base = this.value + 1;
    const { sectorSize } = this.#partition;
    this.#partition.erase(sector * sectorSize);
    if (!writeChecked(this.#partition, sector * sectorSize, encodeHead(base)))
      throw new CounterFault('the flash of the counter has worn out');
    this.#sector = sector;
    this.#base = base;
    this.#taken = 0;
  }

  #stepAt(sector: 0 | 1, step: number): number {
    return sector * this.#partition.sectorSize + headSize + step * flagSize;
  }

  #baseOf(sector: 0 | 1): number | undefined {
    const head = this.#partition.read(sector * this.#partition.sectorSize, 12);
    const whole = readNumber(head, 0, 4) === magic && readNumber(head, 8, 4) === crc32(head.subarray(0, 8));
    return whole ? readNumber(head, 4, 4) : undefined;
  }

  /** Steps up to the first that is not set. */
  #takenIn(sector: 0 | 1): number {
    const piece = 256;
    const end = (sector + 1) * this.#partition.sectorSize;
    let taken = 0;
    for (let at = this.#stepAt(sector, 0); at < end; at += piece) {
      const bytes = this.#partition.read(at, Math.min(piece, end - at));
      for (let i = 0; i + flagSize <= bytes.length; i += flagSize) {
        if (clearedBits(bytes.subarray(i, i + flagSize)) < flagBits) return taken;
        taken++;
      }
    }
    return taken;
  }
}

function encodeHead(base: number): Uint8Array {
  const head = new Uint8Array(12);
  writeNumber(head, 0, 4, magic);
  writeNumber(head, 4, 4, base);
  writeNumber(head, 8, 4, crc32(head.subarray(0, 8)));
  return head;
}
