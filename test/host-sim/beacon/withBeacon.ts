/** A simulated chain with its beacon, gone when the test is over. */
import { type Beacon, type BeaconOptions, startBeacon } from '../../../host-sim/beacon/beacon.js';
import { type Chain, startChain } from '../../../host-sim/chain/anvil.js';
import { mine } from '../../../host-sim/node/chain/time.js';

export interface Stage {
  chain: Chain;
  beacon: Beacon;
}

/** Finality 16 blocks back, so that short periods have a final block of their own. */
export async function withBeacon(
  options: Omit<BeaconOptions, 'chain'>,
  run: (stage: Stage) => Promise<void>,
): Promise<void> {
  const chain = await startChain({ flags: ['--slots-in-an-epoch', '8'] });
  try {
    const beacon = await startBeacon({ chain, committeeSize: 32, ...options });
    try {
      await mine(chain.url, 30);
      await run({ chain, beacon });
    } finally {
      await beacon.close();
    }
  } finally {
    await chain.close();
  }
}

export async function readBytes(url: string, path: string): Promise<Uint8Array> {
  const response = await fetch(`${url}${path}`, { headers: { accept: 'application/octet-stream' } });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return new Uint8Array(await response.arrayBuffer());
}

export async function readJson(url: string, path: string): Promise<Record<string, never>> {
  const response = await fetch(`${url}${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, never>;
}

/** The data of the first of several, behind its length and fork digest. */
export const firstChunk = (bytes: Uint8Array): Uint8Array =>
  bytes.subarray(12, 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)));
