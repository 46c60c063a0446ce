/** The owner of simulated boards begins a newer epoch of one now and then: all that it has not run is void. */
import type { Contracts } from '../../contracts/client/index.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { epochHead } from '../../firmware/command/link.js';
import { seededChance } from '../../host-sim/world/seed.js';
import { crypto } from '../operator/boardMail.js';
import { type Customer, nextFree } from './customer.js';
import type { Stage } from './stage.js';

const MINUTE_MS = 60_000;
const PAUSE_MS = { least: 4 * MINUTE_MS, most: 14 * MINUTE_MS };
/** Links of one board that a reorganisation may lose before an epoch. */
const LOST_LINKS_MAX = 8;

/** Until the plan is over. @param customers the boards that are active now */
export async function beginEpochs(stage: Stage, customers: () => readonly Customer[]): Promise<void> {
  const { counts, seed, tell } = stage;
  const chance = seededChance(seed, 'epochs');
  for (;;) {
    const customer = await nextFree(stage, chance, PAUSE_MS, customers);
    if (!customer) return;
    const { device, name, party } = customer;
    customer.engagement = 'epoch';
    await party.owner.device.bumpEpoch(device);
    counts.epoch++;
    const epoch = await epochBegan(stage, party.owner, customer);
    customer.engagement = undefined;
    tell('owner', `begins epoch ${epoch} of ${name}`);
  }
}

/** A block has a newer epoch of that board. @returns its number */
export async function epochBegan(
  { checkers, faults, place, time }: Stage,
  reader: Contracts,
  { device, name }: Customer,
): Promise<number> {
  const { epoch, sequence } = await reader.device.read(device);
  checkers.restraints.epochBegan(name, epoch, time.nowMs);
  // A board receipts what it passes over by the head that the epoch begins with; a link may lie behind it in that block.
  const least = sequence - 1 - (faults.includes('reorg') ? LOST_LINKS_MAX : 0);
  for (let last = Math.max(0, least); last <= sequence; last++) {
    const head = epochHead(crypto, place.chainId, fromHex(device, 20)!, epoch, last);
    checkers.mayReceipt(name, toHex(head));
  }
  return epoch;
}
