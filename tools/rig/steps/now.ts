/** Shows the board the time. */
import { proveNow } from '../../demo/releases.js';
import { nothing } from '../bench/forms.js';
import { defineStep } from '../bench/step.js';

export const now = defineStep({
  summary: 'show the board the time, by an order that carries its challenge',
  example: 'now: {}',
  form: nothing,
  needs: () => [],
  async run({ world }) {
    await proveNow(world);
    return {};
  },
});
