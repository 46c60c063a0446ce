/** The acts of vendor and owner on a release on chain; each is final when its step ends. */
import * as v from 'valibot';
import { approve, publish, type Release } from '../../demo/releases.js';
import type { Setting } from '../../demo/setting.js';
import { name } from '../bench/forms.js';
import { defineStep } from '../bench/step.js';

const acts = {
  publish,
  approve,
  withdraw: async (world, { offer }) => {
    const guardian = await world.as('guardian');
    const authority = { signers: await world.signers('releaseKeyA', 'releaseKeyC') };
    const vendor = await world.as('vendor');
    await vendor.channel.setGuardian(world.channel, world.cast.guardian.address, true, authority);
    const { blockNumber } = await guardian.channel.withdraw(world.channel, offer.version);
    await world.finalize(Number(blockNumber));
  },
} satisfies Record<string, (world: Setting, release: Release) => Promise<void>>;

const stepOf = (act: keyof typeof acts, summary: string) =>
  defineStep({
    summary,
    example: `${act}: { release: second }`,
    form: v.strictObject({ release: name }),
    needs: () => ['updates'],
    async run(bench, { release }) {
      await acts[act](bench.world, bench.release(release));
      return {};
    },
  });

export const publishStep = stepOf('publish', 'let the vendor publish a release');
export const approveStep = stepOf('approve', 'let the owner approve a release for the board');
export const withdrawStep = stepOf('withdraw', 'let the vendor withdraw a release');
