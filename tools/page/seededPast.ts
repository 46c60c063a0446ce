/** The past of a seeded world: its log so far, and how the page stood after any line of it. */
import type { PageEvent } from '../../host-sim/page/protocol.js';
import { Memory } from './memory.js';
import { SeededLines } from './seededLines.js';

/** Lines that are kept; what comes after them cannot be looked at again. */
const LINES_MAX = 300_000;

/** Milliseconds since the world began at which a line of its log was written. */
const timeOf = (line: string): number => Number(/^\d+/.exec(line)?.[0] ?? 0);

export class SeededPast {
  readonly #level: 1 | 4;
  readonly #log: string[] = [];
  /** The number of lines that are seen; undefined for the present. */
  #seen: number | undefined;

  constructor(level: 1 | 4) {
    this.#level = level;
  }

  /** Keeps the next line of the log. */
  add(line: string): void {
    if (this.#log.length < LINES_MAX) this.#log.push(line);
  }

  /** The time of the newest line that is seen, in milliseconds since the world began; undefined in the present. */
  get seenMs(): number | undefined {
    return this.#seen === undefined ? undefined : timeOf(this.#log[this.#seen - 1] ?? '0');
  }

  /** Sees everything up to that time, and nothing later. */
  see(atMs: number): void {
    let [low, high] = [0, this.#log.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (timeOf(this.#log[middle]) <= atMs) low = middle + 1;
      else high = middle;
    }
    this.#seen = low;
  }

  /** Sees a line less, or a line more. */
  go(way: 'back' | 'on'): void {
    const at = (this.#seen ?? this.#log.length) + (way === 'on' ? 1 : -1);
    this.#seen = Math.min(this.#log.length, Math.max(0, at));
  }

  /** Sees the present again. */
  leave(): void {
    this.#seen = undefined;
  }

  /** Events that make a page show what is seen; undefined in the present, which the world itself knows. */
  known(): readonly PageEvent[] | undefined {
    if (this.#seen === undefined) return undefined;
    const [memory, lines] = [new Memory(), new SeededLines(this.#level)];
    for (let at = 0; at < this.#seen; at++) for (const event of lines.take(this.#log[at])) memory.tell(event);
    return memory.known();
  }
}
