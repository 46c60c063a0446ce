/** The organisation of a simulated world: its contracts on the chain, and its people with their ways to it. */
import { type Contracts, connect, type Signer } from '../../contracts/client/index.js';
import type { VirtualChain } from '../../host-sim/world/chain.js';
import type { VirtualTime } from '../../host-sim/world/time.js';
import { cast } from '../demo/accounts.js';
import { createOrganisation } from '../demo/organisation.js';

const MAXIMUM_AGE_SECONDS = 3600;

/** The organisation that the fleet belongs to. */
export interface Place {
  chainId: number;
  owner: Contracts;
  operator: Contracts;
  guardian: Contracts;
  /** Another commander of the fleet, whose key is stolen now and then. */
  second: Contracts;
  /** A release key of the channel. */
  vendor: Contracts;
  /** As many as the fleet's threshold asks for. */
  signers: readonly Signer[];
  /** As many as the channel's threshold asks for. */
  releaseKeys: readonly Signer[];
  fleet: `0x${string}`;
  channel: `0x${string}`;
  maximumAgeSeconds: number;
}

/** Deploys the contracts and founds the fleet; from then on the chain goes by virtual time. */
export async function foundPlace(time: VirtualTime, chain: VirtualChain): Promise<Place> {
  const organisation = await createOrganisation(chain.url, () => {});
  const people = await cast();
  const releaseKeys = await organisation.signers('releaseKeyA', 'releaseKeyC');
  const founder = await organisation.as('releaseKeyA');
  const { address } = people.guardian;
  await founder.channel.setGuardian(organisation.channel, address, true, { signers: releaseKeys });
  await chain.begin();
  const as = (part: 'guardian' | 'operator' | 'owner' | 'releaseKeyA' | 'signerA'): Promise<Contracts> =>
    connect({
      ...{ rpc: chain.url, privateKey: people[part].privateKey, pollingInterval: 1000 },
      host: { fetch: chain.fetch, wait: milliseconds => time.wait(milliseconds) },
    });
  const { chainId, channel, fleet } = organisation;
  const owner = await as('owner');
  const operator = await as('operator');
  const guardian = await as('guardian');
  const vendor = await as('releaseKeyA');
  const second = await as('signerA');
  const signers = await organisation.signers('owner', 'signerA');
  const acting = { guardian, operator, owner, second, vendor, signers, releaseKeys };
  // The library loads its code for refusals at the first one, from the disk and by the machine's time: here none passes.
  await operator.fleet.pause(fleet).catch(() => {});
  return { chainId, channel, fleet, ...acting, maximumAgeSeconds: MAXIMUM_AGE_SECONDS };
}
