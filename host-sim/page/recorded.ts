/** A recording that is played, as moments that a person can go to and fro between: each with what the page learns by it. */
import type { PlayedLine } from '../recording/playedLines.js';
import { ConsoleDecisions, type Explain } from './consoleDecisions.js';
import type { Board, PageEvent } from './protocol.js';

export const RECORDED_BOARD = 'recorded board';

/** Moments that a page keeps; the verdict is of the whole recording all the same. */
export const MOMENTS_MAX = 100_000;

export interface Moment {
  /** The number of the board's start, from 1 on, and its time since then in milliseconds. */
  start: number;
  timeMs: number;
  /** The time of day, Unix milliseconds; from 0 on where the recording does not say when it was made. */
  at: number;
  says: string;
  events: readonly PageEvent[];
  /** True for the last line of a decision: here it is whole. */
  decides: boolean;
}

/** Makes moments of the lines of one recording, in order. */
export class Moments {
  readonly #decisions: ConsoleDecisions;
  readonly all: Moment[] = [];
  #board: Board = { name: RECORDED_BOARD, device: '', power: 'on', starts: 0, actions: [], pins: {} };
  #startedAt = 0;

  constructor(explain: Explain) {
    this.#decisions = new ConsoleDecisions(RECORDED_BOARD, explain);
  }

  /** Takes a line; undefined for one that is no moment. */
  take(line: PlayedLine): Moment | undefined {
    if (this.all.length >= MOMENTS_MAX) return undefined;
    if ('started' in line) {
      const { at, image, slot, state, version } = line.started;
      this.#startedAt = Date.parse(at) || 0;
      const starts = this.#board.starts + 1;
      this.#board = { ...this.#board, power: 'on', starts, version, imageHash: image, pins: {} };
      return this.#add(0, `starts image ${version} in slot ${slot} (${state})`, [this.#told()]);
    }
    if ('said' in line) return this.#said(line.said, line.timeMs);
    if ('did' in line) return this.#did(line.did, line.timeMs);
    return undefined;
  }

  #said(text: string, timeMs: number): Moment {
    const decision = this.#decisions.take(text, new Date(this.#startedAt + timeMs).toISOString());
    return this.#add(timeMs, text, [
      { kind: 'line', board: RECORDED_BOARD, text },
      ...(decision ? [{ kind: 'decision', decision } as const] : []),
    ]);
  }

  #did(words: string, timeMs: number): Moment {
    const events: PageEvent[] = [{ kind: 'line', board: RECORDED_BOARD, text: `· ${words}` }];
    const pin = /^drives pin (\d+) ([01])$/.exec(words);
    if (pin) this.#board = { ...this.#board, pins: { ...this.#board.pins, [pin[1]]: pin[2] === '1' } };
    else if (words.startsWith('the run ends')) this.#board = { ...this.#board, power: 'off', pins: {} };
    else return this.#add(timeMs, words, events);
    return this.#add(timeMs, words, [...events, this.#told()]);
  }

  #told = (): PageEvent => ({ kind: 'board', board: this.#board });

  #add(timeMs: number, says: string, events: readonly PageEvent[]): Moment {
    const decides = events.some(({ kind }) => kind === 'decision');
    const before = this.all.at(-1);
    // A decision is told over several lines.
    if (decides && before?.decides && sameDecision(before, events)) before.decides = false;
    const { starts: start } = this.#board;
    const moment = { start, timeMs, at: this.#startedAt + timeMs, says, events, decides };
    this.all.push(moment);
    return moment;
  }
}

const idIn = (events: readonly PageEvent[]): number | undefined =>
  events.flatMap(event => (event.kind === 'decision' ? [event.decision.id] : []))[0];

const sameDecision = (before: Moment, events: readonly PageEvent[]): boolean =>
  idIn(before.events) === idIn(events);

/** The place of the next moment at which a decision is whole, from a place on in one direction; the end where there is none. */
export function nextDecision(moments: readonly Moment[], from: number, step: 1 | -1): number {
  for (let at = from + step; at >= 0 && at < moments.length; at += step) if (moments[at].decides) return at;
  return step === 1 ? Math.max(0, moments.length - 1) : 0;
}
