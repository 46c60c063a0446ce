/** Everybody tells the truth again. */
import { nothing } from '../bench/forms.js';
import { beHonest } from '../bench/honesty.js';
import { defineStep } from '../bench/step.js';

export const honest = defineStep({
  summary: 'let endpoints, prover and image server tell the truth again',
  example: 'honest: {}',
  form: nothing,
  needs: () => [],
  async run({ world }) {
    beHonest(world);
    return {};
  },
});
