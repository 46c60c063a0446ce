/**
 * The public networks as they stand. A fork without a date is not in them: once its committee signs, a board says
 * `unknown_fork`, and a schedule that names the date is anchored on chain ahead of it.
 */

import { fromHex } from '../bytes/hex.js';
import {
  type BeaconChain,
  denebLayout,
  electraLayout,
  type Fork,
  type ForkLayout,
  fuluLayout,
} from './chain.js';

const fork = (epoch: number, version: string, layout: ForkLayout): Fork => ({
  epoch,
  version: fromHex(version, 4)!,
  layout,
});

const network = (
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
  network(1606824023, '0x4b363db94e286120d76eb905340fdd4e54bfe9f06bf33ff6cf5ad27f511bfe95', [
    fork(269568, '0x04000000', denebLayout),
    fork(364032, '0x05000000', electraLayout),
    fork(411392, '0x06000000', fuluLayout),
  ]);
