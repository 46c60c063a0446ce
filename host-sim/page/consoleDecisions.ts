/**
 * The decisions of a board, read from its console: there it tells each with its whole proof, whoever ordered. Its answers
 * at the broker are sealed to the operator who asked.
 */
import type { Decision, TrailStep } from './protocol.js';

/** Steps of a trail that are kept. */
const TRAIL_MAX = 64;
/** Characters of a subject, an evidence or a value. */
const TEXT_MAX = 1000;

const HEAD =
  /^\[\S+ L\d\] (command|update|witness|network) (.*?): (?:(accepted)|(rejected|undetermined) \((\w+)\): (.*))$/;
const STEP = /^\[\S+ L\d\] {3}→ ([^:]{1,80}): (.*)$/;
const RECEIPT = /^receipt (\d+)$/;

/** The words of `holdfast explain` for a code or cause; undefined for one that it does not know. */
export type Explain = (code: string) => Decision['explained'];

/** Reads one board's lines, in order. */
export class ConsoleDecisions {
  readonly #board: string;
  readonly #explain: Explain;
  #count = 0;
  #open: Decision | undefined;

  constructor(board: string, explain: Explain) {
    this.#board = board;
    this.#explain = explain;
  }

  /** A reader that stands where this one does, and goes its own way. */
  copy(): ConsoleDecisions {
    const copy = new ConsoleDecisions(this.#board, this.#explain);
    copy.#count = this.#count;
    copy.#open = this.#open;
    return copy;
  }

  /** The decision that the line begins or continues, as it is by now; undefined when the line is of none. */
  take(line: string, at = new Date().toISOString()): Decision | undefined {
    const head = HEAD.exec(line);
    if (head) {
      const [, about, subject, accepted, verdict = accepted, code = '', evidence = ''] = head;
      this.#open = {
        id: ++this.#count,
        at,
        board: this.#board,
        about,
        subject: subject.slice(0, TEXT_MAX),
        verdict: verdict as Decision['verdict'],
        code,
        evidence: evidence.slice(0, TEXT_MAX),
        trail: [],
        explained: code === '' ? undefined : this.#explain(code),
      };
      return this.#open;
    }
    const step = STEP.exec(line);
    if (!step || !this.#open) {
      this.#open = undefined;
      return undefined;
    }
    this.#open = continued(this.#open, { what: step[1], value: step[2].slice(0, TEXT_MAX) });
    return this.#open;
  }
}

function continued(decision: Decision, step: TrailStep): Decision {
  const receipt = RECEIPT.exec(step.what);
  if (receipt) {
    const outcome = step.value.split(/[ ,]/)[0];
    return { ...decision, receipt: { counter: Number(receipt[1]), outcome, signer: '' } };
  }
  if (step.what === 'decision' || decision.trail.length >= TRAIL_MAX) return decision;
  return { ...decision, trail: [...decision.trail, step] };
}
