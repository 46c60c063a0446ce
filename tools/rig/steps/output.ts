/** An output of the board. */
import * as v from 'valibot';
import { count } from '../bench/forms.js';
import { StepFailure } from '../bench/outcome.js';
import { defineStep } from '../bench/step.js';

/** Milliseconds. */
const SOON = 5000;

export const output = defineStep({
  summary: 'wait until an output of the board has that level, a few seconds at most',
  example: 'output: { pin: 4, is: true }',
  form: v.strictObject({ pin: count(0, 255), is: v.boolean() }),
  needs: () => ['outputs'],
  async run({ watch }, { is, pin }) {
    if (!(await watch.until(() => watch.output(pin) === is, SOON)))
      throw new StepFailure(`pin ${pin} is ${watch.output(pin) ?? 'not set'}, not ${is}`);
    return { seen: `pin ${pin} is ${is ? 'on' : 'off'}` };
  },
});
