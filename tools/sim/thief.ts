/**
 * Somebody has the key of a commander of a simulated fleet: orders are linked, and some of them kept back, until the
 * fleet's signers revoke the role with a newer epoch. From then on nothing of all that may run.
 */
import type { Chance } from '../../host-sim/node/chance.js';
import { seededChance } from '../../host-sim/world/seed.js';
import type { Customer } from './customer.js';
import type { Stage } from './stage.js';

const MINUTE_MS = 60_000;
/** From the beginning, or the return of the role, to the next theft; from a theft to the revocation, and to the return. */
const FREE_MS = { least: 5 * MINUTE_MS, most: 12 * MINUTE_MS };
const STOLEN_MS = { least: MINUTE_MS, most: 5 * MINUTE_MS };
const REVOKED_MS = { least: 6 * MINUTE_MS, most: 12 * MINUTE_MS };
const ORDERS_MAX = 3;
/** An order is kept back so long (ms), one in so many: until the revocation is in a block that boards have seen. */
const KEPT_MS = { least: 5 * MINUTE_MS, most: 10 * MINUTE_MS };
const KEPT_ONE_IN = 3;
/** An order that is never delivered holds the queue for as long. */
const LIFE_SECONDS = { least: 900, most: 3600 };
/** The role ends some day. */
const GRANT_SECONDS = 365 * 24 * 3600;

/** Until the plan is over; a theft that has begun is answered. @param customers the boards that are active now */
export async function stealKey(stage: Stage, customers: () => readonly Customer[]): Promise<void> {
  const { seed, time, untilMs } = stage;
  const chance = seededChance(seed, 'thief');
  for (;;) {
    await time.wait(chance.within(FREE_MS));
    if (time.nowMs >= untilMs) return;
    if (customers().length > 0) await stealOnce(stage, customers, chance);
  }
}

/** From a theft to the return of the role. @param customers the boards that are active now, at least one */
export async function stealOnce(
  { checkers, counts, decisions, place, tell, time }: Stage,
  customers: () => readonly Customer[],
  chance: Chance,
): Promise<void> {
  const { fleet, owner, second, signers } = place;
  const grant = { role: 'Commander', account: second.chain.address! } as const;
  counts.thief++;
  tell('thief', 'has the key of a commander');
  for (let left = 1 + chance.below(ORDERS_MAX); left > 0; left--) {
    const lateMs = chance.below(KEPT_ONE_IN) > 0 ? chance.within(KEPT_MS) : 0;
    const times = { lateMs, lifeSeconds: chance.within(LIFE_SECONDS) };
    await chance.of(customers()).order(second, times, place);
  }
  await time.wait(chance.within(STOLEN_MS));
  tell('owner', 'revokes the role of that commander');
  const setRole = (role: Parameters<typeof owner.fleet.setRole>[1]) =>
    decisions.inTurn(() => owner.fleet.setRole(fleet, role, { signers }));
  await setRole({ ...grant, expiry: 0, bumpEpoch: true });
  const { epoch } = await owner.fleet.read(fleet);
  checkers.restraints.fleetEpochBegan(fleet, epoch, time.nowMs);
  await time.wait(chance.within(REVOKED_MS));
  const expiry = (await owner.chain.now()) + GRANT_SECONDS;
  await setRole({ ...grant, expiry });
  tell('owner', 'has given the role back');
}
