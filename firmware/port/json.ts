/**
 * Reads one JSON text (RFC 8259) as it arrives and keeps what a plan names (json/plan.ts); the rest is checked and
 * forgotten, so that memory depends on the plan alone. Portable TypeScript everywhere, native C where there is any.
 */
export interface JsonScanner {
  /**
   * Goes on with `bytes` from `from` and writes what is wanted into `kept`: always the same buffer, or a longer one
   * that begins with what the last one held.
   *
   * @returns the place of the first byte that was not taken, before the end only when `kept` is full; or a
   *   negative `JsonFault`, and then nothing more may be pushed
   */
  push(bytes: Uint8Array, from: number, kept: Uint8Array): number;
  /** The text has ended: the count of bytes in `kept`, or a negative `JsonFault`. */
  end(kept: Uint8Array): number;
}

export interface Json {
  /** @param plan as `planOf` makes it; must stay unchanged */
  scanner(plan: Uint8Array): JsonScanner;
}

/** The reasons to read no further; the C twin counts them equally. */
export const JsonFault = {
  /** It is no JSON, or no UTF-8, or ended too early, or a surrogate stands alone. */
  malformed: 1,
  /** More than 32 arrays and objects within each other. */
  deep: 2,
  /** An object has a wanted name twice. */
  twice: 3,
  /** A wanted value is of another type than the plan says. */
  type: 4,
  /** A wanted value is longer than the plan says. */
  long: 5,
  /** A wanted array has more elements than the plan says. */
  many: 6,
} as const;
