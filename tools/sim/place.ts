/** The organisation of a simulated world: its contracts on the chain, and its people with their ways to it. */
import { type Contracts, connect, type Signer } from '../../contracts/client/index.js';
import { fromHex } from '../../firmware/bytes/hex.js';
import type { VirtualChain } from '../../host-sim/world/chain.js';
import type { VirtualTime } from '../../host-sim/world/time.js';
import { cast, type Part } from '../demo/accounts.js';
import { createOrganisation, type Organisation } from '../demo/organisation.js';

const MAXIMUM_AGE_SECONDS = 3600;
/** The buyer's boards believe nothing as old as those of the first owner. */
const BUYERS_AGE_SECONDS = 3000;
/** Everybody's role ends some day. */
const GRANT_SECONDS = 365 * 24 * 3600;
/** Those whom `createOrganisation` gives its fleet. */
const CHECKPOINT_SIGNERS = ['signerA', 'signerB'] as const;

/** An owner of boards, and the people of the owner's fleet. */
export interface Party {
  owner: Contracts;
  operator: Contracts;
  guardian: Contracts;
  /** As many as the fleet's threshold asks for. */
  signers: readonly Signer[];
  fleet: `0x${string}`;
  /** The greatest age of a block that the owner's boards believe. */
  maximumAgeSeconds: number;
}

/** The organisation that all boards belong to at first, and what it shares with others. */
export interface Place extends Party {
  chainId: number;
  /** Another commander of the fleet, whose key is stolen now and then. */
  second: Contracts;
  /** A release key of the channel. */
  vendor: Contracts;
  /** As many as the channel's threshold asks for. */
  releaseKeys: readonly Signer[];
  channel: `0x${string}`;
  /** The keys, 32 bytes each, that sign checkpoints for all fleets. */
  checkpointKeys: readonly Uint8Array[];
  /** Another owner with a fleet of its own, in a world where boards are sold. */
  buyer?: Party;
}

/**
 * Deploys the contracts and founds the fleets; from then on the chain goes by virtual time.
 *
 * @param isCrowded nobody's transaction waits for the block of the one before: one a block is too few for many boards
 */
export async function foundPlace(
  time: VirtualTime,
  chain: VirtualChain,
  { hasBuyer, isCrowded }: { hasBuyer: boolean; isCrowded: boolean },
): Promise<Place> {
  const organisation = await createOrganisation(chain.url, () => {});
  const people = await cast();
  const releaseKeys = await organisation.signers('releaseKeyA', 'releaseKeyC');
  const founder = await organisation.as('releaseKeyA');
  const { address } = people.guardian;
  await founder.channel.setGuardian(organisation.channel, address, true, { signers: releaseKeys });
  const buyersFleet = hasBuyer ? await foundBuyersFleet(organisation) : undefined;
  await chain.begin();
  const as = (part: Part): Promise<Contracts> =>
    connect({
      ...{ rpc: chain.url, privateKey: people[part].privateKey, pollingInterval: 1000, timeout: 0 },
      sendsAhead: isCrowded,
      host: { fetch: chain.fetch, wait: milliseconds => time.wait(milliseconds) },
    });
  const { chainId, channel, fleet } = organisation;
  const owner = await as('owner');
  const operator = await as('operator');
  const guardian = await as('guardian');
  const vendor = await as('releaseKeyA');
  const second = await as('signerA');
  const signers = await organisation.signers('owner', 'signerA');
  const checkpointKeys = CHECKPOINT_SIGNERS.map(part => fromHex(people[part].privateKey, 32)!);
  const acting = { checkpointKeys, guardian, operator, owner, second, vendor, signers, releaseKeys };
  // The library loads its code for refusals at the first one, from the disk and by the machine's time: here none passes.
  await operator.fleet.pause(fleet).catch(() => {});
  const buyer = buyersFleet && {
    ...{ owner: await as('stranger'), operator: await as('vendor'), guardian: await as('signerB') },
    ...{ signers: await organisation.signers('stranger', 'signerB'), fleet: buyersFleet },
    maximumAgeSeconds: BUYERS_AGE_SECONDS,
  };
  const place = { chainId, channel, fleet, ...acting, maximumAgeSeconds: MAXIMUM_AGE_SECONDS };
  return { ...place, ...(buyer && { buyer }) };
}

async function foundBuyersFleet({ as, cast, now }: Organisation): Promise<`0x${string}`> {
  const { signerB, stranger, vendor } = cast;
  const expiry = (await now()) + GRANT_SECONDS;
  const { fleet } = await (await as('stranger')).factory.createFleet({
    signers: [stranger.address, signerB.address],
    threshold: 2,
    grants: [
      { role: 'Commander', account: vendor.address, expiry },
      { role: 'Guardian', account: signerB.address, expiry },
    ],
    checkpointKeys: CHECKPOINT_SIGNERS.map(part => cast[part].address),
    checkpointThreshold: CHECKPOINT_SIGNERS.length,
  });
  return fleet;
}
