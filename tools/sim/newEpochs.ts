/** The owner of simulated boards begins a newer epoch of one now and then: all that it has not run is void. */
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { epochHead } from '../../firmware/command/link.js';
import { seededChance } from '../../host-sim/world/seed.js';
import { crypto } from '../operator/boardMail.js';
import type { Customer } from './customer.js';
import type { Stage } from './stage.js';

const MINUTE_MS = 60_000;
const PAUSE_MS = { least: 4 * MINUTE_MS, most: 14 * MINUTE_MS };

/** Until the plan is over. @param customers the boards that are active now */
export async function beginEpochs(stage: Stage, customers: () => readonly Customer[]): Promise<void> {
  const { checkers, counts, place, seed, tell, time, untilMs } = stage;
  const { chainId, owner } = place;
  const chance = seededChance(seed, 'epochs');
  for (;;) {
    await time.wait(chance.within(PAUSE_MS));
    if (time.nowMs >= untilMs) return;
    if (customers().length === 0) continue;
    const { device, name } = chance.of(customers());
    await owner.device.bumpEpoch(device);
    const { epoch, sequence } = await owner.device.read(device);
    counts.epoch++;
    checkers.restraints.epochBegan(name, epoch, time.nowMs);
    // A board receipts what it passes over by the head that the epoch begins with; a link may lie behind it in that block.
    for (const last of sequence > 0 ? [sequence - 1, sequence] : [sequence]) {
      const head = epochHead(crypto, chainId, fromHex(device, 20)!, epoch, last);
      checkers.mayReceipt(name, toHex(head));
    }
    tell('owner', `begins epoch ${epoch} of ${name}`);
  }
}
