/** A line of the board's console. */
import * as v from 'valibot';
import { count, pattern } from '../bench/forms.js';
import { StepFailure } from '../bench/outcome.js';
import { defineStep } from '../bench/step.js';

export const expect = defineStep({
  summary: 'wait for a line of the board that matches, after the line that was matched last',
  example: 'expect: { line: connected to the broker, withinSeconds: 20 }',
  form: v.strictObject({ line: pattern, withinSeconds: v.optional(count(1, 3600), 30) }),
  needs: () => ['lines'],
  async run({ watch }, { line, withinSeconds }) {
    const seen = await watch.line(new RegExp(line), withinSeconds * 1000);
    if (seen === undefined) {
      const last = watch.lines.at(-1) ?? 'none';
      throw new StepFailure(`no line matches /${line}/ within ${withinSeconds} s; the last line: ${last}`);
    }
    return { seen };
  },
});
