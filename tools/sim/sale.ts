/**
 * Boards of a simulated world are sold, to and fro between two owners: by transfer, or with a claim key and the board at
 * its console. The new owner's fleet orders at once, too early, and then that the board trusts as the new owner does. The
 * former operator, or whoever has that key, goes on; a board reported stolen is handed to nobody.
 */
import { ContractError, type Signer, signerFromKey } from '../../contracts/client/index.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { configurationHash, encodeConfiguration } from '../../firmware/trust/configuration.js';
import type { Chance } from '../../host-sim/node/chance.js';
import { seededChance, seededEntropy } from '../../host-sim/world/seed.js';
import { signClaim } from '../console/claiming.js';
import { crypto } from '../operator/boardMail.js';
import { type Customer, nextFree } from './customer.js';
import type { Finality } from './finalityGround.js';
import { mistake } from './mistakenTrust.js';
import { epochBegan } from './newEpochs.js';
import type { Party } from './place.js';
import { patiently, trustOf } from './provision.js';
import type { Stage } from './stage.js';

const MINUTE_MS = 60_000;
/** From the beginning, or the end of a sale, to the next one. */
const FREE_MS = { least: 2 * MINUTE_MS, most: 8 * MINUTE_MS };
/** An order of the former owner is kept back so long (ms). */
const KEPT_MS = { least: 4 * MINUTE_MS, most: 8 * MINUTE_MS };
/** From the new owner's orders to the one that sets trust; from that to the next, for as long as none is done. */
const EARLY_MS = { least: MINUTE_MS, most: 4 * MINUTE_MS };
const TRUST_MS = 6 * MINUTE_MS;
const LOOK_MS = 15_000;
const EARLY_MAX = 2;
const LIFE_SECONDS = 3600;
const CLAIM_SECONDS = 1800;
/** One board in so many is reported stolen while it is on offer. */
const STOLEN_ONE_IN = 3;

/** Until the plan is over; a sale that has begun is completed. @param customers the boards that are active now */
export async function sellBoards(
  stage: Stage,
  finality: Finality | undefined,
  customers: () => readonly Customer[],
): Promise<void> {
  const { counts, place, seed } = stage;
  const chance = seededChance(seed, 'sales');
  for (;;) {
    const customer = await nextFree(stage, chance, FREE_MS, customers);
    if (!customer) return;
    customer.engagement = 'sale';
    counts.transfer++;
    const former = customer.party;
    const next = former.fleet === place.fleet ? place.buyer! : place;
    await hand(stage, chance, customer, next);
    await settle(stage, finality, chance, customer);
    await haunt(chance, customer, former);
    customer.engagement = undefined;
  }
}

/** Up to a block with the new owner. */
async function hand(stage: Stage, chance: Chance, customer: Customer, next: Party): Promise<void> {
  const { checkers, place, seed, tell, time } = stage;
  const { device, name, party } = customer;
  const claimKey =
    chance.below(2) === 0 ? await time.hold(newKey(seed, `claim of ${name} at ${time.nowMs}`)) : undefined;
  const buyer = next.owner.chain.address!;
  if (claimKey) await party.owner.device.offerClaim(device, claimKey.address);
  else await party.owner.device.transfer(device, buyer);
  tell('owner', `offers ${name} to ${claimKey ? 'a claim key' : 'another owner'}`);
  await customer.order(party.operator, { lateMs: chance.within(KEPT_MS), lifeSeconds: LIFE_SECONDS });
  const take = async () => {
    if (!claimKey) return next.owner.device.accept(device, next.fleet, place.channel);
    // Off, held, or not in the newest epoch yet: the person at the board tries again.
    return patiently(time, async () => {
      const facts = await next.owner.device.read(device);
      const deadline = (await next.owner.chain.now()) + CLAIM_SECONDS;
      const claim = { newOwner: buyer, fleet: next.fleet, channel: place.channel, deadline };
      const board = await signClaim(customer.console, next.owner, facts, claim);
      const data = await next.owner.device.claimData(device, claim);
      const signatures = { board, claimKey: await claimKey.signTypedData(data) };
      return next.owner.device.acceptClaim(device, claim, signatures);
    });
  };
  if (!claimKey && chance.below(STOLEN_ONE_IN) === 0) await whileStolen(stage, customer, take);
  await take();
  customer.serve(next);
  checkers.owners.handedOver(name, buyer, time.nowMs);
  await epochBegan(stage, next.owner, customer);
  tell('owner', `${buyer} owns ${name} from now on`);
}

const newKey = (seed: number, name: string): Promise<Signer> => {
  const secret = new Uint8Array(32);
  seededEntropy(seed, name).fill(secret);
  return signerFromKey(toHex(secret) as `0x${string}`);
};

async function whileStolen(
  { checkers, tell, time }: Stage,
  { device, name, party }: Customer,
  take: () => Promise<unknown>,
): Promise<void> {
  await party.guardian.fleet.reportStolen(party.fleet, device);
  checkers.restraints.suspended(name, time.nowMs);
  tell('guardian', `reports that somebody stole ${name}`);
  const taken = await take().catch((error: unknown) => error);
  if (!(taken instanceof ContractError)) throw new Error(`${name} was handed over while it was stolen`);
  tell('thief', `is refused ${name}: ${taken.code}`);
  checkers.restraints.lifts(name);
  await party.owner.device.setStatus(device, 'Active');
}

/** Up to the board's receipt for the new owner's trust. */
async function settle(
  stage: Stage,
  finality: Finality | undefined,
  chance: Chance,
  customer: Customer,
): Promise<void> {
  const { checkers, place, tell, time } = stage;
  const { name, party } = customer;
  for (let left = chance.below(EARLY_MAX + 1); left > 0; left--) {
    await customer.order(party.operator, { lateMs: 0, lifeSeconds: LIFE_SECONDS });
  }
  await time.wait(chance.within(EARLY_MS));
  await mistake(stage, finality, customer);
  // The same in each order: a board that waits for the first asks for no other.
  const configuration = trustOf(place.chainId, party, finality);
  const hash = configurationHash(crypto, configuration);
  while (checkers.owners.isUnderWay(name)) {
    tell('owner', `orders that ${name} trusts ${toHex(hash)}`);
    await customer.orderTrust({ bytes: encodeConfiguration(configuration), hash }, LIFE_SECONDS);
    const untilMs = time.nowMs + TRUST_MS;
    while (checkers.owners.isUnderWay(name) && time.nowMs < untilMs) await time.wait(LOOK_MS);
  }
  tell('owner', `has ${name}, which trusts as it should`);
}

/** The former operator's key still signs and links, and what was linked for the former owner is delivered anew. */
async function haunt(chance: Chance, customer: Customer, former: Party): Promise<void> {
  customer.replay();
  const times = { lateMs: 0, lifeSeconds: LIFE_SECONDS };
  await customer.order(former.operator, times, former, true);
  const key = new Uint8Array(32).map(() => chance.byte());
  await customer.stranger(key);
}
