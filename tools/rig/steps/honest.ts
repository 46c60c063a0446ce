/** Everybody tells the truth again. */
import { nothing } from '../forms.js';
import { beHonest } from '../recover.js';
import { defineStep } from '../step.js';

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
