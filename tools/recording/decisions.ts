/** The decisions in what a board says, with the words of `holdfast explain`. */
import { type Entry, entriesOf } from '../explain/find.js';

/** A verdict as a board's log has it: `rejected (expired): …`. */
const VERDICT = /\b(?:rejected|undetermined) \(([a-z_0-9]{1,40})\)/g;

/** The code or cause of each verdict in a line of a board's log. */
export const decisionsIn = (line: string): Entry[] =>
  [...line.matchAll(VERDICT)]
    .flatMap(([, name]) => entriesOf(name))
    .filter(({ kind }) => kind === 'code' || kind === 'cause');
