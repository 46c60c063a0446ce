/** What L4 takes in the setting: a beacon chain around the chain, a prover before it, and whoever sits between. */

import type { LightConfiguration } from '../../firmware/trust/configuration.js';
import { type ProverProxy, proverProxy } from '../../host-sim/attack/proverProxy.js';
import { type Beacon, startBeacon } from '../../host-sim/beacon/beacon.js';
import { startProver } from '../prover/start.js';
import type { Closing } from './closing.js';

export interface FinalitySetting {
  beacon: Beacon;
  /** Between the board and its prover. */
  proxy: ProverProxy;
  /** What the board is to be told, once there is a finalized block to begin at. */
  configuration(): Promise<{ provers: readonly string[]; light: LightConfiguration }>;
}

/** Seconds. */
const TWO_WEEKS = 14 * 86_400;

export async function createFinality(
  { rpc, signal }: { rpc: string; signal: AbortSignal },
  closing: Closing,
  onEvent: (name: string, detail: string) => void,
): Promise<FinalitySetting> {
  const beacon = await startBeacon({ chain: { url: rpc }, signal });
  await closing.add(() => beacon.close());
  onEvent('beacon', `beacon chain at ${beacon.url}, a sync committee of ${beacon.chain.committeeSize}`);
  const prover = await startProver({ beacons: [beacon.url], rpcs: [rpc], freshness: 0, signal });
  await closing.add(() => prover.close());
  onEvent('prover', `prover at ${prover.url}`);
  const proxy = await proverProxy({ upstream: prover.url, signal });
  await closing.add(() => proxy.close());
  return {
    beacon,
    proxy,
    configuration: async () => {
      const { root } = await beacon.checkpoint();
      return {
        provers: [proxy.url],
        light: { chain: beacon.chain, checkpointRoot: root, maximumSleep: TWO_WEEKS },
      };
    },
  };
}
