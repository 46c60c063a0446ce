/** How a command ends when it does not end well: one line that says what happened, to what, and what to do next. */

/** Something could not be done. Exit status 1. */
export class Failure extends Error {
  /** For programs that read the JSON document. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The command line itself is wrong; nothing was tried. Exit status 2. */
export class UsageError extends Failure {
  constructor(message: string, code = 'usage') {
    super(code, message);
  }
}

/** Whatever was thrown, as a failure of one line. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { code, message } = error as { code?: unknown; message?: unknown };
  return new Failure(
    typeof code === 'string' ? code : 'failed',
    oneLine(typeof message === 'string' ? message : String(error)),
    { cause: error },
  );
}

/** Text of any origin made fit for a terminal: one line, no control characters, bounded. */
export function oneLine(text: string, most = 400): string {
  const line = text
    .replaceAll(/\s+/g, ' ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be removed
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
    .trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
