/** Boards that err on purpose: what there is to know of each. */
import type { SourceChange } from '../../host-sim/image/sourceChange.js';
import type { Rule } from '../../host-sim/world/finding.js';
import type { FaultName } from './faultNames.js';

/** A board that errs. */
export interface Mutant {
  /** The rule that must catch it. */
  rule: Rule;
  /** In its firmware; none where its app or its flash errs. */
  changes?: readonly SourceChange[];
  /** The faults of its world; those of boards, and pauses, if left out. */
  faults?: readonly FaultName[];
  /** Boards of its world; as many as in `MUTANT_WORLD` if left out. */
  boards?: number;
}
