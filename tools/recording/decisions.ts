/** The decisions in what a board says, with the words of `holdfast explain`. */
import { type Entry, entriesOf } from '../explain/find.js';

const WORD = /\b[a-z][a-z0-9]*(?:_[a-z0-9]+)*\b/g;
/** The words by which a board tells a decision. */
const DECISION = /\b(?:rejected|undetermined|refused)\b/;

/** The codes and causes that a line of a board's log names; empty for a line that decides nothing. */
export function decisionsIn(line: string): Entry[] {
  if (!DECISION.test(line)) return [];
  const words = new Set(line.match(WORD) ?? []);
  return [...words].flatMap(entriesOf).filter(({ kind }) => kind === 'code' || kind === 'cause');
}
