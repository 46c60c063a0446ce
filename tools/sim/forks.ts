/** Forks of the beacon chain of a simulated world: dated in every board's schedule from the beginning. */
import type { ForkEpochs, VirtualBeacon } from '../../host-sim/world/beacon.js';
import { seededChance } from '../../host-sim/world/seed.js';
import type { Stage } from './stage.js';

/** Epochs of 48 s, from the genesis to the first fork, and from that to the second. */
const FIRST_EPOCHS = { least: 6, most: 14 };
const NEXT_EPOCHS = { least: 2, most: 14 };

/** Electra, then Fulu and Gloas when the seed says so. */
export function drawForks(seed: number): ForkEpochs {
  const chance = seededChance(seed, 'forks');
  const fulu = chance.within(FIRST_EPOCHS);
  return { electra: 0, fulu, gloas: fulu + chance.within(NEXT_EPOCHS) };
}

/** Tells of each fork when it begins. */
export function tellForks({ chain, counts, tell, time }: Stage, beacon: VirtualBeacon): void {
  for (const { atSeconds, name } of beacon.comingForks) {
    time.after(1000 * (atSeconds - chain.nowSeconds), () => {
      counts.fork++;
      tell('beacon', `begins the fork ${name}`);
    });
  }
}
