/** The schedule of a simulated beacon chain: slots, periods, and the fork that rules in each. */
import {
  type BeaconChain,
  denebLayout,
  electraLayout,
  type Fork,
  type ForkLayout,
  fuluLayout,
  gloasLayout,
} from '../../firmware/beacon/chain.js';

export type ForkName = 'deneb' | 'electra' | 'fulu' | 'gloas';

export const forkNames: readonly ForkName[] = ['deneb', 'electra', 'fulu', 'gloas'];

const layouts: Readonly<Record<ForkName, ForkLayout>> = {
  deneb: denebLayout,
  electra: electraLayout,
  fulu: fuluLayout,
  gloas: gloasLayout,
};

/** First epochs; one of them is 0. */
export type ForkEpochs = Partial<Record<ForkName, number>>;

/** Versions of a chain of one's own: mainnet's first byte, and a last one that no public network has. */
export const versionOf = (name: ForkName): Uint8Array =>
  Uint8Array.of(4 + forkNames.indexOf(name), 0, 0, 0x5f);

/** @throws RangeError when they are out of order, or none begins at once */
export function forksOf(epochs: ForkEpochs): Fork[] {
  const forks: Fork[] = [];
  for (const name of forkNames) {
    const epoch = epochs[name];
    if (epoch === undefined) continue;
    const before = forks[forks.length - 1]?.epoch;
    if (before === undefined ? epoch !== 0 : epoch <= before)
      throw new RangeError(`the fork ${name} cannot begin in epoch ${epoch}`);
    forks.push({ epoch, version: versionOf(name), layout: layouts[name] });
  }
  if (forks.length === 0) throw new RangeError('a chain needs a fork that begins in epoch 0');
  return forks;
}

/** The name of a fork of a simulated chain. */
export const nameOf = (fork: Fork): ForkName => forkNames[fork.version[0] - 4];

export const firstSlotOf = (chain: BeaconChain, period: number): number =>
  period * chain.epochsPerPeriod * chain.slotsPerEpoch;
