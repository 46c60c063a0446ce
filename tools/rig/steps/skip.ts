/** Time that passes on the chain. */
import * as v from 'valibot';
import { count } from '../bench/forms.js';
import { defineStep } from '../bench/step.js';

const DAY_SECONDS = 86_400;

export const skip = defineStep({
  summary: 'move the time of the chain forward; the clock of the board goes on as it does',
  example: 'skip: { seconds: 600 }',
  form: v.strictObject({ seconds: count(1, DAY_SECONDS) }),
  needs: () => ['clock'],
  async run({ pace }, { seconds }) {
    await pace.skip(seconds);
    return {};
  },
});
