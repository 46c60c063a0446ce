/**
 * Two endpoints of three, a quorum, conspire against one board that begins anew: they show it blocks of before, in a time
 * that lies two days ahead. Before now is proven a time is but a floor: nothing expires by it, and the first order that
 * carries the challenge lowers it, which the board says. Boards that go by a sync committee believe no such time.
 */
import { blocksOfBefore } from '../../host-sim/world/endpointLies.js';
import { seededChance } from '../../host-sim/world/seed.js';
import { type Customer, nextFree } from './customer.js';
import { PROMPT } from './orderTimes.js';
import type { Stage } from './stage.js';

const MINUTE_MS = 60_000;
const FREE_MS = { least: 2 * MINUTE_MS, most: 7 * MINUTE_MS };
const OFF_MS = { least: 1000, most: 20_000 };
const LIE_MS = { least: 1.5 * MINUTE_MS, most: 3 * MINUTE_MS };

type Told = ReturnType<typeof blocksOfBefore>;

/** The conspiracy of this moment. */
export class Collusion {
  #victim: string | undefined;
  #lie: Told | undefined;

  begin(victim: string, lie: Told): void {
    this.#victim = victim;
    this.#lie = lie;
  }

  end(): void {
    this.#lie = undefined;
  }

  /** The lie to that client; undefined where none is told. */
  against(client: string): Told | undefined {
    return client === this.#victim ? this.#lie : undefined;
  }
}

/** Until the plan is over; a lie that has begun ends. @param customers the boards that are active now */
export async function collude(
  stage: Stage,
  collusion: Collusion,
  customers: () => readonly Customer[],
): Promise<void> {
  const { chain, counts, seed, tell, time } = stage;
  const chance = seededChance(seed, 'collusion');
  for (;;) {
    const customer = await nextFree(stage, chance, FREE_MS, customers);
    if (!customer) return;
    const { name, party } = customer;
    customer.engagement = 'collusion';
    counts.collude++;
    // A board with nothing to do hardly looks at the chain.
    await customer.order(party.operator, PROMPT);
    customer.restart(chance.within(OFF_MS));
    const newest = Number(await chain.call('eth_blockNumber', []));
    // No order with the challenge of the boot that begins lies in them: by these blocks now is never proven.
    collusion.begin(name, blocksOfBefore({ final: chain.finalNumber, newest }));
    tell('endpoints', `conspire against ${name}, two of them`);
    await time.wait(chance.within(LIE_MS));
    collusion.end();
    tell('endpoints', 'conspire no more');
    customer.proveNow();
    customer.engagement = undefined;
  }
}
