/** The status of the board's Device on chain. */
import * as v from 'valibot';
import type { Setting } from '../../demo/setting.js';
import { defineStep } from '../bench/step.js';

const acts = {
  /** A guardian, at once: not final when the step ends. */
  suspend: async world => {
    await (await world.as('guardian')).fleet.suspend(world.fleet, world.device);
  },
  stolen: async world => {
    const { blockNumber } = await (await world.as('owner')).device.setStatus(world.device, 'Stolen');
    await world.finalize(Number(blockNumber));
  },
  lift: async world => {
    const owner = await world.as('owner');
    const { status } = await owner.device.read(world.device);
    const { blockNumber } = await owner.device.setStatus(world.device, 'Active', status);
    await world.finalize(Number(blockNumber));
  },
} satisfies Record<string, (world: Setting) => Promise<void>>;

export const device = defineStep({
  summary: 'suspend the board, report it stolen, or lift that',
  example: 'device: suspend',
  form: v.picklist(Object.keys(acts) as (keyof typeof acts)[]),
  needs: () => [],
  async run({ world }, act) {
    await acts[act](world);
    return {};
  },
});
