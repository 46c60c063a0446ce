/** An operator of a simulated fleet who errs now and then, and a stranger who takes himself for a delegate. */
import { seededChance, seededEntropy } from '../../host-sim/world/seed.js';
import type { Customer } from './customer.js';
import { MISFITS, type Misfit } from './misfit.js';
import type { Stage } from './stage.js';

const MINUTE_MS = 60_000;
const PAUSE_MS = { least: 2 * MINUTE_MS, most: 6 * MINUTE_MS };
const LIFE_SECONDS = 1800;

/** Until the plan is over. @param customers the boards that are active now */
export async function orderMisfits(stage: Stage, customers: () => readonly Customer[]): Promise<void> {
  const { counts, seed, tell, time, untilMs } = stage;
  const chance = seededChance(seed, 'misfits');
  const entropy = seededEntropy(seed, 'stranger');
  let deck: (Misfit | 'stranger')[] = [];
  const key = new Uint8Array(32);
  for (;;) {
    await time.wait(chance.within(PAUSE_MS));
    if (time.nowMs >= untilMs) return;
    if (customers().length === 0) continue;
    const { name, order, party, stranger } = chance.of(customers());
    counts.misfit++;
    if (deck.length === 0) deck = [...MISFITS, 'stranger'];
    const misfit = chance.of(deck);
    tell('operator', `orders ${name} what it must refuse: ${misfit}`);
    if (misfit === 'stranger') {
      entropy.fill(key);
      await stranger(key);
    } else if (!(await order(party.operator, { lateMs: 0, lifeSeconds: LIFE_SECONDS, misfit }))) continue;
    // One that the chain refused, in a pause, say, has its turn again.
    deck = deck.filter(other => other !== misfit);
  }
}
