/** The word of the board about itself, signed, beside the word of the chain about it. */
import * as v from 'valibot';
import { count } from '../bench/forms.js';
import { StepFailure } from '../bench/outcome.js';
import { defineStep } from '../bench/step.js';

export const state = defineStep({
  summary: 'wait until the signed status of the board is so, and compare it with the chain',
  example: 'state: { sequence: as on chain, version: 1 }',
  form: v.strictObject({
    version: v.optional(count(1, 2 ** 32 - 1)),
    /** The last consumed order, which must be the last that is linked. */
    sequence: v.optional(v.literal('as on chain')),
    level: v.optional(v.picklist([1, 2, 3, 4])),
    restarts: v.optional(count(0, 1000)),
  }),
  needs: () => [],
  async run(bench, { level, restarts: expected, sequence, version }) {
    const { world } = bench;
    const { boardChannel, device, patience } = world;
    const onChain = await (await world.as('owner')).device.read(device);
    const holds = (status: Awaited<ReturnType<typeof boardChannel.status>>) =>
      (version === undefined || status.version === version) &&
      (level === undefined || status.level === level) &&
      (sequence === undefined || status.sequence === onChain.sequence);
    try {
      await boardChannel.statusWhere(holds, patience);
    } catch {
      const { level, sequence, version } = await boardChannel.status();
      throw new StepFailure(
        `the board says version ${version}, level ${level}, sequence ${sequence}; the chain has sequence ${onChain.sequence}`,
      );
    }
    const restarts = bench.restarts();
    if (expected !== undefined && restarts !== expected)
      throw new StepFailure(`the board restarted ${restarts} times in this scenario, not ${expected}`);
    return {};
  },
});
