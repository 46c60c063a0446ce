/** A scenario: what is done with a board and what must come of it, as data. TypeScript and YAML give the same. `holdfast/rig` of the package. */
import type { StepInput } from './stepInput.js';

export type { StepInput, StepInputs } from './stepInput.js';

/** A scenario as its author writes it. */
export interface ScenarioInput {
  /** One line: the promise that holds when it passes. */
  name: string;
  /**
   * Runs the scenario once for each row. A text of the scenario that is `${column}` and nothing else becomes the value
   * of that column; within a longer text the value is put in its place.
   */
  table?: readonly Readonly<Record<string, unknown>>[];
  /** True: on a board and a world that no scenario used before, and none uses after. */
  fresh?: boolean;
  /** Header trust that it needs; any if left out. */
  level?: 1 | 4;
  /** Run before the steps. */
  setup?: readonly StepInput[];
  steps: readonly StepInput[];
  /** Run at the end, whatever happened. */
  cleanup?: readonly StepInput[];
}

/**
 * Names a scenario, so that an editor completes its steps.
 *
 * @example
 * import { scenario } from 'holdfast/rig';
 *
 * export default scenario({
 *   name: 'an order switches the relay',
 *   steps: [{ command: { action: 'relay.set', params: { on: true } } }, { output: { pin: 4, is: true } }],
 * });
 */
export const scenario = (input: ScenarioInput): ScenarioInput => input;
