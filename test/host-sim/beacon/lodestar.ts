/** Lodestar on a simulated chain: its configuration, and its own reading of what the beacon serves. */
import { type BeaconConfig, createBeaconConfig } from '@lodestar/config';
import { chainConfig } from '@lodestar/config/default';
import { ssz } from '@lodestar/types';
import { type BeaconChain, forkAt } from '../../../firmware/beacon/chain.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import type { Beacon } from '../../../host-sim/beacon/beacon.js';
import { type ForkName, nameOf } from '../../../host-sim/beacon/schedule.js';
import type { StandardBootstrap, StandardUpdate } from '../../../host-sim/node/beaconApi/standard.js';
import { firstChunk, readBytes } from './withBeacon.js';

export function configOf(chain: BeaconChain): BeaconConfig {
  const known = Object.fromEntries(
    chain.forks.flatMap(fork => {
      const name = nameOf(fork).toUpperCase();
      return [
        [`${name}_FORK_EPOCH`, fork.epoch],
        [`${name}_FORK_VERSION`, fork.version],
      ];
    }),
  );
  const before = {
    ALTAIR_FORK_EPOCH: 0,
    BELLATRIX_FORK_EPOCH: 0,
    CAPELLA_FORK_EPOCH: 0,
    DENEB_FORK_EPOCH: 0,
  };
  const first = nameOf(chain.forks[0]);
  return createBeaconConfig(
    {
      ...chainConfig,
      ...before,
      ...(first === 'deneb' ? {} : { ELECTRA_FORK_EPOCH: 0 }),
      ...known,
      MIN_GENESIS_TIME: chain.genesisTime,
    },
    chain.genesisValidatorsRoot,
  );
}

/** The fork of data that begin with a header, by the header's slot. */
function forkOf(chain: BeaconChain, bytes: Uint8Array): ForkName {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return nameOf(forkAt(chain, Number(view.getBigUint64(view.getUint32(0, true), true)))!);
}

const lightClient = '/eth/v1/beacon/light_client';

export async function bootstrapOf({ chain, url }: Beacon, root: Uint8Array): Promise<StandardBootstrap> {
  const bytes = await readBytes(url, `${lightClient}/bootstrap/${toHex(root)}`);
  return ssz[forkOf(chain, bytes)].LightClientBootstrap.deserialize(bytes) as unknown as StandardBootstrap;
}

export async function finalityOf({ chain, url }: Beacon): Promise<StandardUpdate> {
  const bytes = await readBytes(url, `${lightClient}/finality_update`);
  return ssz[forkOf(chain, bytes)].LightClientFinalityUpdate.deserialize(bytes) as unknown as StandardUpdate;
}

export async function updateOf({ chain, url }: Beacon, period: number): Promise<StandardUpdate> {
  const bytes = firstChunk(await readBytes(url, `${lightClient}/updates?start_period=${period}&count=1`));
  return ssz[forkOf(chain, bytes)].LightClientUpdate.deserialize(bytes) as unknown as StandardUpdate;
}
