/**
 * Marks: the numbers that genuine orders leave on the pins of a board. Each order has its own, so that whoever watches
 * the pins knows which order ran, and how often, without asking the board.
 */

/** Numbers of marks are below it. */
export const MARKS_MAX = 8192;

/** The first pin of each of the three groups of 16; a mark is one write in each, in this order. */
const GROUPS = [8, 24, 40] as const;

export interface PinWrite {
  pin: number;
  on: boolean;
}

/** The three writes of a mark: four bits choose the pin in each group, the thirteenth is the level of all. */
export const writesOf = (mark: number): PinWrite[] =>
  GROUPS.map((first, group) => ({ pin: first + ((mark >> (4 * group)) & 15), on: mark >> 12 === 1 }));

/** The pin that the relay of the same app switches off at each start, and that no genuine order ever touches. */
export const RELAY_PIN = 4;

export interface PinsRead {
  /** A mark that is whole now. */
  mark?: number;
  /** Writes that belong to no mark and to no start, in words. */
  stray?: string;
}

const said = (writes: readonly PinWrite[]): string =>
  writes.map(({ on, pin }) => `${pin} ${on ? 'on' : 'off'}`).join(', ');

/** Reads the marks out of the writes to the pins, in their order. */
export class MarkReader {
  #begun: PinWrite[] = [];
  #starts = 0;

  /** A run of the board begins: its app switches the relay off once. Gives the mark that the end of the last run cut. */
  begin(): string | undefined {
    const cut = this.#begun.length > 0 ? said(this.#begun) : undefined;
    this.#begun = [];
    this.#starts = 1;
    return cut;
  }

  take(write: PinWrite): PinsRead {
    if (write.pin === RELAY_PIN && !write.on && this.#starts > 0) {
      this.#starts--;
      return {};
    }
    const group = this.#begun.length;
    const first = GROUPS[group];
    const isNext =
      write.pin >= first && write.pin < first + 16 && this.#begun.every(({ on }) => on === write.on);
    if (!isNext) {
      const stray = said([...this.#begun, write]);
      this.#begun = [];
      return { stray };
    }
    this.#begun.push(write);
    if (this.#begun.length < GROUPS.length) return {};
    const mark = this.#begun.reduce((sum, { pin }, at) => sum | ((pin - GROUPS[at]) << (4 * at)), 0);
    this.#begun = [];
    return { mark: mark | (write.on ? 4096 : 0) };
  }
}
