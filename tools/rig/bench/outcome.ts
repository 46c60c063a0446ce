/** The outcome of a step: seen as it should be, or a failure that says what is not as the scenario says. */
import type { TrailStep } from '../../../firmware/trust/trail.js';

/** The outcome of a step that passed, for the report. */
export interface Done {
  /** In a line. */
  seen?: string;
  /** The path of a proof, where the board showed one. */
  trail?: readonly TrailStep[];
}

/** The board, or the world, is not as the scenario says. */
export class StepFailure extends Error {
  readonly trail: readonly TrailStep[] | undefined;

  constructor(message: string, trail?: readonly TrailStep[]) {
    super(message);
    this.trail = trail;
  }
}
