/** The output of a command: lines for people, or exactly one JSON document on standard output and nothing else. */
import type { Result } from './command.js';
import { type Failure, oneLine, printable } from './failure.js';
import { toJson } from './json.js';
import { fitted, noTerminal, painted, type Terminal } from './terminal.js';

export interface Streams {
  out(text: string): void;
  err(text: string): void;
}

/** The terminals behind the streams. */
export interface Terminals {
  out: Terminal;
  err: Terminal;
}

/** Text of any origin is made fit for a terminal before it goes out. */
export class Output {
  readonly #json: boolean;
  readonly #streams: Streams;
  readonly #terminals: Terminals;
  readonly #warnings: string[] = [];
  #events = 0;

  constructor(streams: Streams, json: boolean, terminals: Terminals = { out: noTerminal, err: noTerminal }) {
    this.#streams = streams;
    this.#terminals = terminals;
    this.#json = json;
  }

  /** A line about progress, on the error stream. */
  note(line: string): void {
    this.#streams.err(`${fitted(this.#terminals.err, printable(line))}\n`);
  }

  /** A warning, on the error stream and in the JSON document. */
  warn(line: string): void {
    this.#warnings.push(line);
    this.#streams.err(`${fitted(this.#terminals.err, `Warning: ${printable(line)}`)}\n`);
  }

  /** An event, written at once, so that a document that grows can be read meanwhile. */
  emit(event: object, line: string): void {
    if (!this.#json) this.#streams.out(`${fitted(this.#terminals.out, printable(line))}\n`);
    else this.#streams.out(`${this.#events++ === 0 ? '{"events":[\n' : ',\n'}${toJson(event)}`);
  }

  /** The result; it completes the JSON document. */
  finish(result: Result, lines: readonly string[]): void {
    if (this.#json) this.#document(result);
    else for (const line of lines) this.#streams.out(`${fitted(this.#terminals.out, printable(line))}\n`);
  }

  /** A failure in the place of the result. */
  fail(failure: Failure): void {
    const message = oneLine(failure.message, 1000);
    if (this.#json) this.#document({ ok: false, error: { code: failure.code, message } });
    const { err } = this.#terminals;
    const [first, ...rest] = fitted({ ...err, colour: false }, `holdfast: ${message}`).split('\n');
    const begun = first.replace(/^holdfast:/, name => painted(err, 'red', name));
    this.#streams.err(`${[begun, ...rest].join('\n')}\n`);
  }

  #document(document: object): void {
    const whole = this.#warnings.length > 0 ? { ...document, warnings: this.#warnings } : document;
    if (this.#events === 0) this.#streams.out(`${toJson(whole, 2)}\n`);
    else this.#streams.out(`\n],${toJson(whole).slice(1)}\n`);
  }
}
