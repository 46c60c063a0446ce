/** The last word of each board on an update, as its console says it. */

export class LastWords {
  readonly #reasons = new Map<string, string>();

  /** Takes a line of a board's console. */
  hear(board: string, line: string): void {
    const reason = /\bupdate 0x\w+…: \w+ \((\w+)\)/.exec(line)?.[1];
    if (reason !== undefined) this.#reasons.set(board, reason);
  }

  /** The code or cause; undefined when it never said one. */
  of(board: string): string | undefined {
    return this.#reasons.get(board);
  }
}
