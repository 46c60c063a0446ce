/**
 * Somebody on the line of a board, or of its operator, who garbles what they read for a while: bits change, pieces are
 * lost, come twice or in another order, through MQTT and HTTP alike. It heals by itself.
 */
import { seededChance } from '../../host-sim/world/seed.js';
import type { Customer } from './customer.js';
import type { Stage } from './stage.js';

const MINUTE_MS = 60_000;
const PAUSE_MS = { least: MINUTE_MS, most: 5 * MINUTE_MS };
const GARBLED_MS = { least: 2000, most: MINUTE_MS };

/** Until the plan is over. @param customers the boards that are active now */
export async function garbleLines(stage: Stage, customers: () => readonly Customer[]): Promise<void> {
  const { counts, network, seed, tell, time, untilMs } = stage;
  const chance = seededChance(seed, 'garble');
  for (;;) {
    await time.wait(chance.within(PAUSE_MS));
    if (time.nowMs >= untilMs) return;
    if (customers().length === 0) continue;
    const { name, operator } = chance.of(customers());
    const victim = chance.of([name, operator]);
    const milliseconds = chance.within(GARBLED_MS);
    counts.garble++;
    network.garble(victim, milliseconds);
    tell(victim, `reads garbled bytes for ${milliseconds} ms`);
  }
}
