/** Junk of every kind that somebody who knows the board's topics can send. */
import * as v from 'valibot';
import { drawJunk, junkKinds } from '../../../host-sim/attack/broker/junk.js';
import { connectBroker } from '../../../host-sim/node/brokerClient.js';
import { Chance } from '../../../host-sim/node/chance.js';
import { junkTarget, junkTopic } from '../../demo/junk.js';
import { count } from '../bench/forms.js';
import { defineStep } from '../bench/step.js';

export const flood = defineStep({
  summary: 'send the board junk of every kind, so many messages of each, as the seed draws them',
  example: 'flood: { rounds: 5, seed: 1 }',
  form: v.strictObject({ rounds: count(1, 1000), seed: v.optional(count(0, 2 ** 32 - 1), 1) }),
  needs: () => [],
  async run({ world }, { rounds, seed }) {
    const kinds = Object.keys(junkKinds);
    const target = await junkTarget(world, []);
    const chance = new Chance(seed);
    const stranger = await connectBroker({ url: world.broker });
    try {
      for (let i = 0; i < rounds * kinds.length; i++) {
        const junk = drawJunk(kinds[i % kinds.length], target, chance);
        await stranger.publish(junkTopic(world, target, junk), junk.bytes);
      }
    } finally {
      stranger.close();
    }
    return { seen: `${rounds * kinds.length} messages of ${kinds.length} kinds` };
  },
});
