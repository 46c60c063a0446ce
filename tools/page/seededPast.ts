/** The past of a seeded world: its log so far, and how the page stood after any line of it. */
import type { PageEvent } from '../../host-sim/page/protocol.js';
import { Memory } from './memory.js';
import { SeededLines } from './seededLines.js';

/** Lines that are kept; what comes after them cannot be looked at again. */
const LINES_MAX = 300_000;

/** Milliseconds since the world began at which a line of its log was written. */
const timeOf = (line: string): number => Number(/^\d+/.exec(line)?.[0] ?? 0);

/** Lines from one kept state to the next: a jump reads fewer than so many. */
const APART = 2000;

/** The page after so many lines. */
interface State {
  lines: number;
  memory: Memory;
  reader: SeededLines;
}

const copyOf = ({ lines, memory, reader }: State): State => ({
  ...{ lines, memory: memory.copy(), reader: reader.copy() },
});

export class SeededPast {
  readonly #log: string[] = [];
  /** One every `APART` lines, the first of nothing. */
  readonly #states: State[];
  /** After the newest line. */
  readonly #newest: State;
  /** The number of lines that are seen; undefined for the present. */
  #seen: number | undefined;

  constructor(level: 1 | 4) {
    const first = { lines: 0, memory: new Memory(), reader: new SeededLines(level) };
    this.#states = [first];
    this.#newest = copyOf(first);
  }

  /** Takes the next line of the log. @returns its events */
  add(line: string): readonly PageEvent[] {
    const newest = this.#newest;
    const events = newest.reader.take(line);
    for (const event of events) newest.memory.tell(event);
    if (this.#log.length >= LINES_MAX) return events;
    this.#log.push(line);
    newest.lines++;
    if (newest.lines % APART === 0) this.#states.push(copyOf(newest));
    return events;
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
    const state = copyOf(this.#states[Math.floor(this.#seen / APART)]);
    for (; state.lines < this.#seen; state.lines++)
      for (const event of state.reader.take(this.#log[state.lines])) state.memory.tell(event);
    return state.memory.known();
  }
}
