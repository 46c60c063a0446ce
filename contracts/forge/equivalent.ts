/** Faults that change nothing, each with the reason. */

import { ownSources } from '../build/sources.js';
import { lineOf, type Mutant } from './mutants.js';

interface Equivalent {
  file: string;
  /** Text of the line. */
  line: string;
  from: RegExp;
  to?: string;
  reason: string;
}

const EQUIVALENT: readonly Equivalent[] = [];

/** Why this fault cannot be noticed, or undefined. */
export function equivalence(mutant: Mutant): string | undefined {
  const line = ownSources().get(mutant.file)!.split('\n')[lineOf(mutant) - 1]!;
  return EQUIVALENT.find(
    ({ file, line: text, from, to }) =>
      mutant.file.endsWith(file) &&
      line.includes(text) &&
      from.test(mutant.from) &&
      (to === undefined || to === mutant.to),
  )?.reason;
}
