/** The board gets its power, and is waited for. */
import { switchedOff } from '../../demo/flashAttacks.js';
import { nothing } from '../bench/forms.js';
import { defineStep } from '../bench/step.js';

export const boot = defineStep({
  summary: 'give the board its power and wait until its signed status of this start arrives',
  example: 'boot: {}',
  form: nothing,
  needs: () => ['power'],
  async run({ world }) {
    const { version } = await switchedOff(world, () => {});
    return { seen: `image ${version} runs` };
  },
});
