/** The setting's organisation: the cast with their clients, the contracts, a fleet and a release channel. */

import { type Contracts, connect, type Signer, signerFromKey } from '../../contracts/client/index.js';
import { deploy } from '../../contracts/deploy/deploy.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import type { CheckpointConfiguration } from '../../firmware/trust/configuration.js';
import { patient } from '../../host-sim/node/patience.js';
import { type Cast, cast, type Part } from './accounts.js';
import { hardwareId } from './images.js';

export interface Organisation {
  chainId: number;
  cast: Cast;
  /** The contracts client of one of the cast, who then sends and pays. */
  as(part: Part): Promise<Contracts>;
  signers(...parts: Part[]): Promise<Signer[]>;
  fleet: `0x${string}`;
  channel: `0x${string}`;
  /** Unix seconds of the newest block. */
  now(): Promise<number>;
}

/** The people whose keys sign checkpoints for the fleet, all of them together. */
export const CHECKPOINT_SIGNERS: readonly Part[] = ['signerA', 'signerB'];

/** Everybody's role ends some day, in the setting after a year. */
const GRANT_SECONDS = 365 * 24 * 3600;
/** Milliseconds between two questions whether a transaction is in a block. */
const POLLING_INTERVAL = 20;

/**
 * Deploys the contracts through `rpc` and creates fleet and channel, where they are not `known` to be there; of their
 * blocks none need be final yet.
 */
export async function createOrganisation(
  rpc: string,
  onEvent: (name: string, detail: string) => void,
  known?: Pick<Organisation, 'fleet' | 'channel'>,
): Promise<Organisation> {
  const people = await cast();
  const clients = new Map<Part, Promise<Contracts>>();
  const as = (part: Part): Promise<Contracts> => {
    const { privateKey } = people[part];
    const client =
      clients.get(part) ??
      connect({ rpc, privateKey, pollingInterval: POLLING_INTERVAL, timeout: patient(10_000) });
    clients.set(part, client);
    return client;
  };
  const owner = await as('owner');
  const now = () => owner.chain.now();

  const { channel, fleet } = known ?? (await found(owner, people, onEvent));
  return {
    chainId: owner.chain.chainId,
    cast: people,
    as,
    signers: (...names) => Promise.all(names.map(name => signerFromKey(people[name].privateKey))),
    fleet,
    channel,
    now,
  };
}

/** The fleet's checkpoint keys, as a board is told of them. */
export function checkpointsOf({ cast, fleet }: Organisation): CheckpointConfiguration {
  const bytesOf = (address: string) => fromHex(address.toLowerCase(), 20)!;
  const keys = CHECKPOINT_SIGNERS.map(part => bytesOf(cast[part].address)).sort(Buffer.compare);
  return { fleet: bytesOf(fleet), keys, threshold: keys.length };
}

async function found(
  owner: Contracts,
  people: Cast,
  onEvent: (name: string, detail: string) => void,
): Promise<Pick<Organisation, 'fleet' | 'channel'>> {
  const { contracts } = await deploy(owner.chain);
  for (const { address, name } of contracts)
    onEvent('contract', `${name} at ${address}, as computed beforehand`);
  const expiry = (await owner.chain.now()) + GRANT_SECONDS;
  const { fleet } = await owner.factory.createFleet({
    signers: [people.owner.address, people.signerA.address, people.signerB.address],
    threshold: 2,
    checkpointKeys: CHECKPOINT_SIGNERS.map(part => people[part].address),
    checkpointThreshold: CHECKPOINT_SIGNERS.length,
    grants: [
      { role: 'Commander', account: people.operator.address, expiry },
      // An app may ask for a second operator.
      { role: 'Commander', account: people.signerA.address, expiry },
      { role: 'Guardian', account: people.guardian.address, expiry },
      { role: 'Provisioner', account: people.operator.address, expiry },
    ],
  });
  const { channel } = await owner.factory.createChannel({
    hardware: toHex(hardwareId) as `0x${string}`,
    releaseKeys: [people.releaseKeyA.address, people.releaseKeyB.address, people.releaseKeyC.address],
    threshold: 2,
    guardians: [people.guardian.address],
  });
  return { fleet, channel };
}
