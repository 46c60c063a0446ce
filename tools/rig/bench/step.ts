/** The shape of a step: its name, the form of what stands behind the name, and what it does on a bench. */
import type * as v from 'valibot';
import type { Ability } from './ability.js';
import type { Bench } from './bench.js';
import type { Done } from './outcome.js';

/** A kind of step. One file of steps/ defines one. */
export interface StepKind<Input, Value> {
  /** One sentence without a full stop. */
  summary: string;
  /** A line of YAML that works. */
  example: string;
  form: v.GenericSchema<Input, Value>;
  /** The abilities that it needs for this value. */
  needs(value: Value): readonly Ability[];
  /** @throws StepFailure, or what the world throws */
  run(bench: Bench, value: Value): Promise<Done>;
}

/** Keeps the types of form and work together. */
export const defineStep = <Input, Value>(kind: StepKind<Input, Value>): StepKind<Input, Value> => kind;
