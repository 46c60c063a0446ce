/** The guardian of a simulated fleet suspends a board now and then, or reports it stolen; its owner lifts each of these. */
import { seededChance } from '../../host-sim/world/seed.js';
import { type Customer, nextFree } from './customer.js';
import type { Stage } from './stage.js';

const MINUTE_MS = 60_000;
/** From the beginning, or the end of a suspension, to the next one; and its length. */
const FREE_MS = { least: 4 * MINUTE_MS, most: 10 * MINUTE_MS };
const SUSPENDED_MS = { least: 5 * MINUTE_MS, most: 16 * MINUTE_MS };
/** The order before it is delivered so long after its link, and good for so long. */
const LATE_MS = { least: 4 * MINUTE_MS, most: 8 * MINUTE_MS };
const LIFE_SECONDS = 3600;
/** One of so many is a report that the board is stolen. */
const STOLEN_ONE_IN = 3;

/** Until the plan is over; a suspension that has begun is lifted. @param customers the boards that are active now */
export async function suspendBoards(stage: Stage, customers: () => readonly Customer[]): Promise<void> {
  const { checkers, counts, faults, seed, tell, time } = stage;
  const chance = seededChance(seed, 'suspension');
  for (;;) {
    const customer = await nextFree(stage, chance, FREE_MS, customers);
    if (!customer) return;
    const { device, name, order } = customer;
    const { fleet, guardian, operator, owner } = customer.party;
    customer.engagement = 'suspension';
    // An order is under way in just the minutes that count.
    await order(operator, { lateMs: chance.within(LATE_MS), lifeSeconds: LIFE_SECONDS });
    // A stolen board is given nothing new: its owner could not approve what the vendor brings out meanwhile.
    const isStolen = chance.below(STOLEN_ONE_IN) === 0 && !faults.includes('update');
    if (isStolen) await guardian.fleet.reportStolen(fleet, device);
    else await guardian.fleet.suspend(fleet, device);
    counts.suspend++;
    checkers.restraints.suspended(name, time.nowMs);
    tell('guardian', `${isStolen ? 'reports that somebody stole' : 'has suspended'} ${name}`);
    await time.wait(chance.within(SUSPENDED_MS));
    checkers.restraints.lifts(name);
    tell('owner', `lets ${name} go on`);
    await owner.device.setStatus(device, 'Active');
    customer.engagement = undefined;
  }
}
