/** A recording as it is played: each call of the image is compared with the next entry, and gets what that one gave. */
import { decodeText } from '../../firmware/bytes/text.js';
import type { Entry, RecordingReader } from './format.js';
import { isEvent, type Operation, WORDS } from './operations.js';
import type { Codec, Tape } from './tape.js';

const SHOWN_CHARACTERS_MAX = 400;

/** A call or an event in words. */
export function wordsOf({ about, given, operation }: Pick<Entry, 'about' | 'given' | 'operation'>): string {
  const came = isEvent(operation) ? ` ${decodeText(given) ?? ''}` : '';
  const words = `${WORDS[operation]} ${about}${came}`.trim();
  return words.length > SHOWN_CHARACTERS_MAX ? `${words.slice(0, SHOWN_CHARACTERS_MAX)}…` : words;
}

/** The first thing that was not as recorded: the number of its entry, and the board's time, in ms since it started. */
export interface Difference {
  entry: number;
  timeMs: number;
  expected: string;
  came: string;
}

const NONE = new Uint8Array(0);

/** The tape of a replay; what it finds stays with it. */
export class PlayingTape implements Tape {
  readonly #reader: RecordingReader;
  readonly #onEntry: (entry: Entry) => void;
  readonly #onOver: () => void;
  #next: Entry | undefined;
  #count = 0;
  #timeMs = 0;
  #hasLeft = false;
  /** The first thing that is not as it was. */
  difference: Difference | undefined;
  /** The end of the run, in the recorder's words. */
  ended: string | undefined;

  /** @param onOver told at once when nothing that the image does counts any more; it may still run to the end of its turn */
  constructor(reader: RecordingReader, onEntry: (entry: Entry) => void, onOver: () => void = () => {}) {
    this.#reader = reader;
    this.#onEntry = onEntry;
    this.#onOver = onOver;
  }

  /** The next entry, which stays the next. */
  peek(): Entry | undefined {
    this.#next ??= this.#reader.next();
    return this.#next;
  }

  take(): Entry | undefined {
    const entry = this.peek();
    this.#next = undefined;
    if (!entry) return undefined;
    this.#count++;
    if (entry.operation === 'time') this.#timeMs = Number(decodeText(entry.given) ?? 0);
    if (entry.operation === 'end') this.ended = entry.about;
    this.#onEntry(entry);
    return entry;
  }

  /** The next start of the board. */
  newRun(): void {
    this.ended = undefined;
    this.#hasLeft = false;
    this.#timeMs = 0;
  }

  call<T>(operation: Operation, about: string, codec: Codec<T>): T {
    return codec.decode(this.#played(operation, about).given);
  }

  effect(operation: Operation, about: string, perform: () => void): void {
    this.#played(operation, about);
    perform();
  }

  stop(): void {}

  /** An answer at the console that is ready. */
  answer(about: string): void {
    if (this.difference || this.ended !== undefined || this.#hasLeft) return;
    try {
      this.#played('answer', about);
    } catch {
      // The difference is noted.
    }
  }

  /** The image asked for a restart: of what it does while it unwinds, nothing counts. */
  leave(): void {
    this.#hasLeft = true;
  }

  /** The image failed: nothing of it has an effect from here on. */
  fault(description: string): void {
    if (this.difference || this.ended !== undefined || this.#hasLeft) return;
    const entry = this.peek();
    if (entry?.operation === 'end' && entry.about.startsWith('fault')) this.take();
    else this.#differ(entry, `the image fails: ${description}`);
  }

  /** The image did not do what it did then. */
  missing(entry: Entry): Difference {
    this.#differ(entry, 'nothing');
    return this.difference!;
  }

  /** True for the end of a run that this image came to, or that it had no part in. */
  isEnd(entry: Entry): boolean {
    return entry.operation === 'end' && (this.#hasLeft || isEndOfRecorder(entry));
  }

  #played(operation: Operation, about: string): Entry {
    const isRestart = operation === 'restart';
    if (this.#hasLeft && !isRestart) throw new Error('the board restarts');
    if (this.difference || this.ended !== undefined) throw new Error('the replay has ended');
    const entry = this.peek();
    if (!entry || entry.operation === 'start' || isEndOfRecorder(entry)) {
      if (entry?.operation === 'end') this.take();
      this.ended ??= 'where it was cut';
      this.#onOver();
      throw new Error('the recording ends here');
    }
    if (entry.operation !== operation || entry.about !== about) {
      this.#differ(entry, wordsOf({ operation, about, given: NONE }));
      throw new Error('the replay has ended');
    }
    this.take();
    if (isRestart) this.#onOver();
    if (entry.outcome === 'threw') throw new Error(decodeText(entry.given) ?? '');
    return entry;
  }

  #differ(entry: Entry | undefined, came: string): void {
    const expected = entry ? wordsOf(entry) : 'nothing more: the recording ends here';
    this.difference = { entry: this.#count, timeMs: this.#timeMs, expected, came };
    this.#onOver();
  }
}

/** An end that the image did not bring about by itself. */
const isEndOfRecorder = ({ about, operation }: Entry): boolean =>
  operation === 'end' && !about.startsWith('fault') && !about.startsWith('restart');
