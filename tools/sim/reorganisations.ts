/**
 * The chain of a simulated world takes its newest blocks back now and then. What they had is in others soon, but for links
 * that are lost with all that the same sender sent behind them.
 */
import type { Chance } from '../../host-sim/node/chance.js';
import { BLOCK_SECONDS } from '../../host-sim/world/chain.js';
import { seededChance } from '../../host-sim/world/seed.js';
import { BLOCKS_UNTIL_WHOLE_MAX } from '../../host-sim/world/takenBack.js';
import { type Customer, freeOf } from './customer.js';
import type { Stage } from './stage.js';

const MINUTE_MS = 60_000;
const BLOCK_MS = BLOCK_SECONDS * 1000;
const PAUSE_MS = { least: 3 * MINUTE_MS, most: 8 * MINUTE_MS };
/**
 * Blocks. Fewer than lie between two that somebody has mined at once, of which the second takes back what the first
 * gives, and the first's finality: an approval and its end, say.
 */
const DEPTH = { least: 1, most: 6 };
/** From the link of an order that does not wait for finality to the reorganisation; it is good for so long. */
const ORDERED_MS = { least: 0, most: 2 * BLOCK_MS };
const LIFE_SECONDS = 3600;

/** Until the plan is over. @param customers the boards that are active now */
export async function reorganise(stage: Stage, customers: () => readonly Customer[]): Promise<void> {
  const { place, seed, time, untilMs } = stage;
  const chance = seededChance(seed, 'reorganisations');
  const commanders = [place.operator, place.second].map(({ chain: { address } }) => address.toLowerCase());
  for (;;) {
    await time.wait(chance.within(PAUSE_MS));
    if (time.nowMs >= untilMs) return;
    // An order is under way in just the blocks that count.
    const free = freeOf(customers());
    if (free.length > 0) {
      const { order, party } = chance.of(free);
      await order(party.operator, { lateMs: 0, lifeSeconds: LIFE_SECONDS, isTolerant: true });
      await time.wait(chance.within(ORDERED_MS));
    }
    takeBack(stage, chance, chance.within(DEPTH), sender => commanders.includes(sender));
  }
}

/** The newest `depth` blocks, with the next one. @param mayLose true for a sender whose links may be lost */
export function takeBack(
  { chain, checkers, counts, tell, time }: Stage,
  chance: Chance,
  depth: number,
  mayLose: (sender: string) => boolean,
): void {
  counts.reorg++;
  chain.reorganise({
    ...{ depth, chance, mayLose },
    onTakenBack: from => {
      tell('chain', `takes back its blocks from ${from} on`);
      checkers.takenBack(from, time.nowMs);
      const fromMs = time.nowMs - depth * BLOCK_MS;
      const untilMs = time.nowMs + (BLOCKS_UNTIL_WHOLE_MAX + 1) * BLOCK_MS;
      checkers.restraints.takenBack({ fromMs, untilMs });
      checkers.owners.takenBack({ fromMs, untilMs });
    },
  });
}
