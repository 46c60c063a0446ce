/** A new owner who errs: the trust that the fleet orders leads nowhere, and the board tries it for half an hour in vain. */
import { toHex } from '../../firmware/bytes/hex.js';
import { configurationHash, encodeConfiguration } from '../../firmware/trust/configuration.js';
import { seededChance } from '../../host-sim/world/seed.js';
import { crypto } from '../operator/boardMail.js';
import type { Customer } from './customer.js';
import type { Finality } from './finalityGround.js';
import { trustOf } from './provision.js';
import type { Stage } from './stage.js';

/** One owner in so many. */
const MISTAKEN_ONE_IN = 3;
/** Names that nobody on the network has. */
const NOWHERE = ['http://nowhere-1:8545', 'http://nowhere-2:8545', 'http://nowhere-3:8545'] as const;
const LIFE_SECONDS = 3600;
/** A trial lasts half an hour (protocol.md, *Hand-over*, has it fail then); whoever hears nothing by then goes on. */
const WAIT_MS = 45 * 60_000;
const LOOK_MS = 15_000;

/** Now and then an owner errs, and sees what comes of it, before the plan is over. */
export async function mistake(
  { checkers, place, seed, tell, time, untilMs }: Stage,
  finality: Finality | undefined,
  { name, orderTrust, party }: Customer,
): Promise<void> {
  const chance = seededChance(seed, `mistakes about ${name} at ${time.nowMs}`);
  if (chance.below(MISTAKEN_ONE_IN) > 0 || time.nowMs >= untilMs) return;
  const right = trustOf(place.chainId, party, finality);
  const configuration = { ...right, endpoints: NOWHERE, ...(right.provers && { provers: NOWHERE }) };
  const hash = configurationHash(crypto, configuration);
  tell('owner', `orders by mistake that ${name} trusts ${toHex(hash)}, which leads nowhere`);
  const envelope = await orderTrust({ bytes: encodeConfiguration(configuration), hash }, LIFE_SECONDS, true);
  if (envelope === undefined) return;
  const giveUpMs = time.nowMs + WAIT_MS;
  while (checkers.outcomeOf(name, envelope) === undefined && time.nowMs < giveUpMs) await time.wait(LOOK_MS);
  tell('owner', `sees what comes of the mistake: ${checkers.outcomeOf(name, envelope) ?? 'nothing'}`);
}
