/**
 * Bits that flip at rest in what simulated boards store. By the protocol the journal is then lost, where the bit counted:
 * its receipts with it, but nothing runs twice, and nothing before a new birth.
 */
import type { PartitionName } from '../../firmware/port/flash.js';
import { seededChance } from '../../host-sim/world/seed.js';
import type { Customer } from './customer.js';
import type { Stage } from './stage.js';

const MINUTE_MS = 60_000;
const PAUSE_MS = { least: 3 * MINUTE_MS, most: 12 * MINUTE_MS };
/** The identity is left out: with it key and trust are gone, and the board obeys nobody any more. */
const STORES = [
  'journal',
  'journal',
  'journal',
  'counter',
  'app',
  'telemetry',
] as const satisfies readonly PartitionName[];
/** Places of a store, from which one is drawn. */
const PLACES = 1_000_000;

/** Until the plan is over; then the boards are asked when their journals began, for as long as they live. @param customers the boards that are active now */
export async function rotStores(stage: Stage, customers: () => readonly Customer[]): Promise<void> {
  const { checkers, counts, seed, tell, time, untilMs } = stage;
  const chance = seededChance(seed, 'rot');
  for (;;) {
    await time.wait(chance.within(PAUSE_MS));
    if (time.nowMs >= untilMs) break;
    if (customers().length === 0) continue;
    const { name, rot } = chance.of(customers());
    const store = chance.of(STORES);
    if (!rot(store, chance.below(PLACES) / PLACES)) continue;
    counts.rot++;
    checkers.mayLose(name);
    tell(name, `has a bit in its ${store} that flips`);
  }
  await askAfterLoss(stage, customers);
}

/** Asks the boards whose journal a bit may have cost when it began. Never ends. @param customers as above */
export async function askAfterLoss(
  { checkers, time }: Stage,
  customers: () => readonly Customer[],
): Promise<never> {
  for (;;) {
    for (const { askStatus, name } of customers()) if (checkers.isLossy(name)) await askStatus();
    await time.wait(MINUTE_MS);
  }
}
