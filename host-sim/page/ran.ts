/** Versions that a board ran, one after the other, and their shares of the time that is shown. */
import type { Ran } from './protocol.js';

/** So many of the newest are kept of each board. */
const RAN_MAX = 16;

/** The list with the version that runs since then; the same list where it ran already. */
export function ranWith(ran: readonly Ran[], version: number | undefined, since: string): readonly Ran[] {
  if (version === undefined || ran.at(-1)?.version === version) return ran;
  return [...ran, { version, since }].slice(-RAN_MAX);
}

/** A version's time, in milliseconds from the begin of what is shown. */
export interface RanSpan extends Ran {
  fromMs: number;
  forMs: number;
}

/** The spans of one board between two moments, Unix milliseconds. */
export function spansOf(ran: readonly Ran[], beginMs: number, endMs: number): RanSpan[] {
  return ran.map((each, at) => {
    const from = Math.max(beginMs, Date.parse(each.since));
    const to = Math.min(endMs, at + 1 < ran.length ? Date.parse(ran[at + 1].since) : endMs);
    return { ...each, fromMs: from - beginMs, forMs: Math.max(0, to - from) };
  });
}
