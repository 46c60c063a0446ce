/** The touches of a person on a seeded world as the page shows them: what each place can have, what it has, what met it. */
import type { Attempt, Decision, FaultyPlace } from '../../host-sim/page/protocol.js';
import type { SimOptions } from '../sim/run.js';
import { type Touch, WELL } from '../sim/touch.js';
import { type TouchablePlace, touchablePlaces } from '../sim/touchable.js';
import { isoOf } from './seededLines.js';
import { type FaultWords, wordsOf } from './seededWords.js';

/** Verdicts of one touch that are kept, each code once. */
const SAID_MAX = 6;

interface Begun {
  atMs: number;
  /** The board alone whose decisions count; any if left out. */
  board?: string;
  words: FaultWords;
  attempt: Attempt;
}

export class SeededTouches {
  readonly #places: readonly TouchablePlace[];
  /** By place, what was done there last and was not taken back. */
  readonly #begun = new Map<string, Begun>();
  readonly #tell: (attempt: Attempt) => void;

  /** @param tell gets a touch as an attempt, and again whenever it stands differently */
  constructor(options: Pick<SimOptions, 'boards' | 'faults'>, tell: (attempt: Attempt) => void) {
    this.#places = touchablePlaces(options);
    this.#tell = tell;
  }

  /** As the page shows them. */
  shown(): FaultyPlace[] {
    return this.#places.map(({ faults, kind, name }) => {
      const begun = this.#begun.get(name);
      const shown = faults.map(({ count, lacks, name: fault }) => {
        const { label = '', ...words } = wordsOf(kind, fault);
        return {
          ...words,
          ...(lacks !== undefined && { lacks }),
          ...(count && { count: { label, ...count } }),
        };
      });
      return {
        ...{ name, faults: shown },
        ...(begun && { fault: begun.words.name, since: isoOf(begun.atMs) }),
      };
    });
  }

  /** The touch that a page asks for in its words; undefined where there is none. */
  touchOf(placeName: string, faultName?: string, count?: number): Omit<Touch, 'atMs'> | undefined {
    const place = this.#places.find(({ name }) => name === placeName);
    if (!place) return undefined;
    if (faultName === undefined) return { place: placeName, fault: WELL };
    const fault = place.faults.find(({ name }) => wordsOf(place.kind, name).name === faultName);
    return fault && { place: placeName, fault: fault.name, ...(count !== undefined && { count }) };
  }

  /** A touch was made. */
  made({ atMs, fault, place }: Touch): void {
    this.#end(place);
    const { kind } = this.#places.find(({ name }) => name === place)!;
    if (fault === WELL) return;
    const words = wordsOf(kind, fault);
    const attempt: Attempt = { name: `${place}: ${words.name}`, state: 'running', said: [], at: isoOf(atMs) };
    this.#begun.set(place, { atMs, words, attempt, ...(kind === 'board' && { board: place }) });
    this.#tell(attempt);
  }

  /** A board decided: what has one of the codes that a defence shows has met the touch. */
  decided({ board, code, evidence, verdict }: Decision): void {
    for (const begun of this.#begun.values()) {
      const { said } = begun.attempt;
      const counts = begun.words.codes.includes(code) && (begun.board === undefined || begun.board === board);
      if (!counts || said.length >= SAID_MAX || said.some(each => each.code === code)) continue;
      begun.attempt = {
        ...begun.attempt,
        state: 'caught',
        said: [...said, { of: 'attack', verdict, code, evidence }],
      };
      this.#tell(begun.attempt);
    }
  }

  /** The world is over, or its faults are. @param isBroken a rule did not hold */
  end(isBroken: boolean): void {
    for (const [place, begun] of [...this.#begun]) {
      if (isBroken) this.#tell({ ...begun.attempt, state: 'worked' });
      else this.#end(place);
      this.#begun.delete(place);
    }
  }

  #end(place: string): void {
    const begun = this.#begun.get(place);
    this.#begun.delete(place);
    if (begun?.attempt.state === 'running') this.#tell({ ...begun.attempt, state: 'unmet' });
  }
}
