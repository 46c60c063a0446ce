/** Failures of a command: one line that says what happened, to what, and what to do next. */

import type { FailureCode } from '../explain/failures.js';

/** Something could not be done. Exit status 1. */
export class Failure extends Error {
  /** For programs that read the JSON document; `holdfast explain` has an entry of each. */
  readonly code: string;

  constructor(code: FailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The command line itself is wrong; nothing was tried. Exit status 2. */
export class UsageError extends Failure {
  constructor(message: string, code: FailureCode = 'usage') {
    super(code, message);
  }
}

/** Whatever was thrown, as a failure of one line; an error from elsewhere keeps the name that it has there. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { code, message } = error as { code?: unknown; message?: unknown };
  const text = oneLine(typeof message === 'string' ? message : String(error));
  const failure = new Failure('failed', text, { cause: error });
  return typeof code === 'string' ? Object.assign(failure, { code }) : failure;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be removed
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Text of any origin made fit for a line of a terminal: no control characters, bounded, spaces as they were. */
export function printable(text: string, charactersMax = 1000): string {
  const line = text.replaceAll(/[\t\n\r]/g, ' ').replaceAll(CONTROLS, '');
  return line.length > charactersMax ? `${line.slice(0, charactersMax - 1)}…` : line;
}

/** The same in prose: one space between words. */
export const oneLine = (text: string, charactersMax = 400): string =>
  printable(text.replaceAll(/\s+/g, ' ').trim(), charactersMax);
