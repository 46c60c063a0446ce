/** Junk of every kind that somebody who knows the board's topics can send. */
import * as v from 'valibot';
import { floodOf } from '../../demo/junk.js';
import { count } from '../bench/forms.js';
import { defineStep } from '../bench/step.js';

export const flood = defineStep({
  summary: 'send the board junk of every kind, so many messages of each, as the seed draws them',
  example: 'flood: { rounds: 5, seed: 1 }',
  form: v.strictObject({ rounds: count(1, 1000), seed: v.optional(count(0, 2 ** 32 - 1), 1) }),
  needs: () => [],
  async run({ world }, { rounds, seed }) {
    const flood = await floodOf(world, { rounds, seed, seen: [] });
    try {
      await flood.send();
    } finally {
      flood.close();
    }
    return { seen: `${flood.length} messages` };
  },
});
