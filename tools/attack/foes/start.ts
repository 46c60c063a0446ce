/** All who are hostile in a campaign. */
import { setTimeout } from 'node:timers/promises';
import { Chance } from '../../../host-sim/node/chance.js';
import type { Setting } from '../../demo/setting.js';
import { brokerFoe } from './broker.js';
import { endpointFoe } from './endpoint.js';
import type { Foe } from './foe.js';
import { imageFoe } from './images.js';
import { type FoeName, foeNames } from './names.js';
import { proverFoe } from './prover.js';
import type { Tally } from './tally.js';

/**
 * Starts those who are named, all if none is. Each has its own chance, so that none waits for another and a seed gives
 * each the same attacks. Resolves to what ends when the signal has ended each.
 */
export async function startFoes(
  setting: Setting,
  tally: Tally,
  { names = foeNames, seed }: { names?: readonly FoeName[]; seed: number },
  signal: AbortSignal,
): Promise<Promise<void>[]> {
  const { hostile: prover, beacon } = setting.finality!;
  const { endpoint, images } = setting.hostile!;
  const { committeeSize } = beacon.chain;
  const made: Record<FoeName, () => Foe | Promise<Foe>> = {
    endpoint: () => endpointFoe(endpoint, tally, signal),
    prover: () =>
      proverFoe({ prover: prover!, committeeSize, participate: beacon.participate }, tally, signal),
    images: () => imageFoe(images!, tally, signal),
    broker: () => brokerFoe(setting, tally, signal),
  };
  const foes = await Promise.all(names.map(async name => ({ name, foe: await made[name]() })));
  return foes.map(async ({ foe, name }) => {
    const chance = new Chance(seed * (foeNames.length + 1) + foeNames.indexOf(name) + 1);
    while (!signal.aborted) {
      // A board that is off has no topics; the foe tries again.
      await foe.strike(chance).catch(() => setTimeout(200));
    }
  });
}
