/** A simulated beacon chain without a way to it: what follows from an execution chain, a seed and a shape. */
import { createHash } from 'node:crypto';
import type { BeaconChain } from '../../firmware/beacon/chain.js';
import { loadSigner } from '../node/bls/load.js';
import { type SimulatedCommittee, simulateCommittees } from './committees.js';
import { type Ask, readBlock } from './execution.js';
import { History } from './history.js';
import { type ForkEpochs, forksOf } from './schedule.js';
import { Updates } from './updates.js';

export interface BeaconShape {
  /** Positions of the sync committee, a power of two from 8 to 512. 512. */
  committeeSize?: number;
  /** 8. */
  slotsPerEpoch?: number;
  /** 512: with the other defaults a period lasts 68 minutes. */
  epochsPerPeriod?: number;
  /** 1, since a simulated execution chain makes a block a second. */
  secondsPerSlot?: number;
  /** First epochs of the forks. Electra from the beginning. */
  forks?: ForkEpochs;
  /** Positions that do not sign. 3, or an eighth of a smaller committee. */
  absent?: number;
  /** Of keys, committees and everything else that is drawn. */
  seed?: string;
}

/** The parts of a simulated beacon chain; its API is `apiAnswer`. */
export interface SimulatedBeacon {
  /** The chain as a board must know it. */
  chain: BeaconChain;
  committee(period: number): SimulatedCommittee;
  history: History;
  updates: Updates;
}

/** @throws Error when the execution chain has no block 0 */
export async function simulateBeacon(options: BeaconShape & { ask: Ask }): Promise<SimulatedBeacon> {
  const { ask, committeeSize = 512, seed = 'holdfast' } = options;
  const { absent = Math.min(3, committeeSize / 8) } = options;
  const chain = await chainAround(ask, { ...options, committeeSize, seed });
  const committee = simulateCommittees(await loadSigner(), seed, committeeSize);
  const history = new History({ ask, chain, committee, seed });
  const updates = new Updates({ chain, committee, seed }, committeeSize - absent);
  await history.update();
  return { chain, committee, history, updates };
}

async function chainAround(
  ask: Ask,
  options: BeaconShape & { committeeSize: number; seed: string },
): Promise<BeaconChain> {
  const { committeeSize, epochsPerPeriod = 512, secondsPerSlot = 1, seed, slotsPerEpoch = 8 } = options;
  const genesis = await readBlock(ask, 0);
  if (!genesis) throw new Error('no beacon to start: the execution chain has no block 0');
  return {
    genesisValidatorsRoot: createHash('sha256').update(`${seed} validators`).digest(),
    genesisTime: genesis.timestamp,
    secondsPerSlot,
    slotsPerEpoch,
    epochsPerPeriod,
    committeeSize,
    forks: forksOf(options.forks ?? { electra: 0 }),
  };
}
