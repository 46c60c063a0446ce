/**
 * The public networks as they stand (eth-clients/mainnet, sepolia and hoodi, metadata/config.yaml and genesis), to
 * compare a node's word with: a board is told its chain once, and believes it. A fork without a date is not in them.
 */

import {
  type BeaconChain,
  denebLayout,
  electraLayout,
  type Fork,
  type ForkLayout,
  fuluLayout,
  gloasLayout,
} from '../../firmware/beacon/chain.js';
import { equal } from '../../firmware/bytes/equal.js';
import { fromHex } from '../../firmware/bytes/hex.js';
import { accepted, rejected, undetermined, type Verdict } from '../../firmware/bytes/verdict.js';

export interface KnownNetwork {
  name: 'mainnet' | 'Sepolia' | 'Hoodi';
  /** EIP-155, of the execution chain. */
  chainId: number;
  chain: BeaconChain;
}

const fork = (epoch: number, version: string, layout: ForkLayout): Fork => ({
  epoch,
  version: fromHex(version, 4)!,
  layout,
});

const chainOf = (
  genesisTime: number,
  genesisValidatorsRoot: string,
  forks: readonly Fork[],
): BeaconChain => ({
  genesisValidatorsRoot: fromHex(genesisValidatorsRoot, 32)!,
  genesisTime,
  secondsPerSlot: 12,
  slotsPerEpoch: 32,
  epochsPerPeriod: 256,
  committeeSize: 512,
  forks,
});

export const mainnet = (): BeaconChain =>
  chainOf(1606824023, '0x4b363db94e286120d76eb905340fdd4e54bfe9f06bf33ff6cf5ad27f511bfe95', [
    fork(269568, '0x04000000', denebLayout),
    fork(364032, '0x05000000', electraLayout),
    fork(411392, '0x06000000', fuluLayout),
  ]);

const sepolia = (): BeaconChain =>
  chainOf(1655733600, '0xd8ea171f3c94aea21ebc42a1ed61052acf3f9209c00e4efbaaddac09ed9b8078', [
    fork(132608, '0x90000073', denebLayout),
    fork(222464, '0x90000074', electraLayout),
    fork(272640, '0x90000075', fuluLayout),
    fork(353024, '0x90000076', gloasLayout),
  ]);

const hoodi = (): BeaconChain =>
  chainOf(1742213400, '0x212f13fc4df078b6cb7db228f1c8307566dcecf900867401a92023d7ba99cb5f', [
    fork(0, '0x50000910', denebLayout),
    fork(2048, '0x60000910', electraLayout),
    fork(50688, '0x70000910', fuluLayout),
  ]);

/** The networks, each with its chain; made anew at each call. */
export const knownNetworks = (): KnownNetwork[] => [
  { name: 'mainnet', chainId: 1, chain: mainnet() },
  { name: 'Sepolia', chainId: 11_155_111, chain: sepolia() },
  { name: 'Hoodi', chainId: 560_048, chain: hoodi() },
];

export interface Recognized extends KnownNetwork {
  /** Forks that the chain has behind those that are known here: dated since, or invented. */
  furtherForks: readonly Fork[];
}

/**
 * The known network that a chain is: the one with its genesis root. `contradiction` when it has that root and
 * disagrees in anything else that is known, a missing fork included; `unknown_network` when no network has the root.
 */
export function networkOf(chain: BeaconChain): Verdict<Recognized, 'contradiction', 'unknown_network'> {
  const network = knownNetworks().find(known =>
    equal(known.chain.genesisValidatorsRoot, chain.genesisValidatorsRoot),
  );
  if (!network)
    return undetermined('unknown_network', 'its genesis is not that of mainnet, Sepolia or Hoodi');
  const difference = differenceFrom(network.chain, chain);
  if (difference)
    return rejected('contradiction', `the genesis is that of ${network.name}, but ${difference}`);
  return accepted({ ...network, furtherForks: chain.forks.slice(network.chain.forks.length) });
}

function differenceFrom(known: BeaconChain, chain: BeaconChain): string | undefined {
  for (const name of [
    'genesisTime',
    'secondsPerSlot',
    'slotsPerEpoch',
    'epochsPerPeriod',
    'committeeSize',
  ] as const) {
    if (chain[name] !== known[name]) return `${name} is ${chain[name]} instead of ${known[name]}`;
  }
  for (let i = 0; i < known.forks.length; i++) {
    const { epoch, layout, version } = known.forks[i];
    const claimed = chain.forks[i];
    if (!claimed) return `the fork of epoch ${epoch} is missing`;
    if (claimed.epoch !== epoch) return `a fork is in epoch ${claimed.epoch} instead of ${epoch}`;
    const same = equal(claimed.version, version) && JSON.stringify(claimed.layout) === JSON.stringify(layout);
    if (!same) return `the fork of epoch ${epoch} is another one`;
  }
  return undefined;
}
