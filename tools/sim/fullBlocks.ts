/**
 * Blocks of a world that are full of others' transactions, some in a row: orders, approvals and pauses get in later than
 * who sent them thought, an order with a short life perhaps too late.
 */
import { seededChance } from '../../host-sim/world/seed.js';
import type { Stage } from './stage.js';

const MINUTE_MS = 60_000;
const PAUSE_MS = { least: 2 * MINUTE_MS, most: 6 * MINUTE_MS };
const BLOCKS = { least: 1, most: 10 };

/** Until the plan is over. */
export async function fillBlocks({ chain, counts, seed, tell, time, untilMs }: Stage): Promise<void> {
  const chance = seededChance(seed, 'full blocks');
  for (;;) {
    await time.wait(chance.within(PAUSE_MS));
    if (time.nowMs >= untilMs) return;
    const blocks = chance.within(BLOCKS);
    counts.full++;
    chain.fill(blocks);
    tell('chain', `is full for ${blocks} blocks`);
  }
}
