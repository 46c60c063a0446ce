/** The acts of an organisation on its fleet. */
import * as v from 'valibot';
import { listStranger, strangersLink } from '../../demo/authorityAttacks.js';
import type { Setting } from '../../demo/setting.js';
import { StepFailure } from '../bench/outcome.js';
import { defineStep } from '../bench/step.js';

const acts = {
  /** A guardian, at once: not final when the step ends. */
  pause: async world => {
    await (await world.as('guardian')).fleet.pause(world.fleet);
  },
  resume: async world => {
    const owner = await world.as('owner');
    const authority = { signers: await world.signers('owner', 'signerA') };
    const { blockNumber } = await owner.fleet.resume(world.fleet, authority);
    await world.finalize(Number(blockNumber));
  },
  /** The stranger may sign relay.set from then on. */
  delegate: listStranger,
  /** The chain itself must refuse it. */
  'link of a stranger': async world => {
    const { code, evidence, verdict } = await strangersLink(world);
    if (verdict !== 'rejected' || code !== 'unauthorized')
      throw new StepFailure(`${verdict} (${code}): ${evidence}`);
  },
} satisfies Record<string, (world: Setting) => Promise<void>>;

export const fleet = defineStep({
  summary: `let the fleet ${Object.keys(acts).join(', ')}`,
  example: 'fleet: pause',
  form: v.picklist(Object.keys(acts) as (keyof typeof acts)[]),
  needs: () => [],
  async run({ world }, act) {
    await acts[act](world);
    return {};
  },
});
