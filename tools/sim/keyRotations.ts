/**
 * The checkpoint keys of each simulated fleet change now and then, once or several times in a row, and sometimes a board
 * is off meanwhile: it has to follow the hand-overs, each signed by the outgoing keys, from the set that it knows. The
 * fleets begin with one set, so that each hand-over has to name its fleet.
 */
import { toHex } from '../../firmware/bytes/hex.js';
import type { Chance } from '../../host-sim/node/chance.js';
import { seededChance } from '../../host-sim/world/seed.js';
import { addressesOf, type CheckpointSigners } from './checkpointSigners.js';
import { type Customer, freeOf } from './customer.js';
import { handOver, holdersOf } from './keyChain.js';
import type { Party } from './place.js';
import { secretOf } from './signerLies.js';
import type { Stage } from './stage.js';

const MINUTE_MS = 60_000;
const APART_MS = { least: 4 * MINUTE_MS, most: 9 * MINUTE_MS };
const ROTATIONS_MAX = 3;
/** Between two in a row. */
const NEXT_MS = { least: MINUTE_MS / 2, most: 2 * MINUTE_MS };
/** A board sleeps through them in one case of so many, and some more time. */
const ASLEEP_ONE_IN = 2;
const MORE_MS = 2 * MINUTE_MS;
/** Keys of a set. */
const KEYS = { least: 2, most: 5 };

/** Until the plan is over, in the fleets of the first owner and of the buyer. @param customers the boards that are active now */
export function rotateKeys(
  stage: Stage,
  signers: CheckpointSigners,
  customers: () => readonly Customer[],
): void {
  const { place, seed, time } = stage;
  const { buyer } = place;
  time.spawn(rotateKeysOf(place, stage, signers, seededChance(seed, 'checkpoint keys'), customers));
  if (!buyer) return;
  const own = () => customers().filter(({ party }) => party.fleet === buyer.fleet);
  time.spawn(rotateKeysOf(buyer, stage, signers, seededChance(seed, 'checkpoint keys of the buyer'), own));
}

async function rotateKeysOf(
  { fleet, owner, signers: threshold }: Party,
  stage: Stage,
  signers: CheckpointSigners,
  chance: Chance,
  customers: () => readonly Customer[],
): Promise<void> {
  const { counts, decisions, place, tell, time, untilMs } = stage;
  const chain = signers.keysOf(fleet);
  for (;;) {
    await time.wait(chance.within(APART_MS));
    if (time.nowMs >= untilMs) return;
    const pauses = Array.from({ length: 1 + chance.below(ROTATIONS_MAX) }, () => chance.within(NEXT_MS));
    const sleepers = freeOf(customers());
    if (sleepers.length > 0 && chance.below(ASLEEP_ONE_IN) === 0)
      chance.of(sleepers).restart(pauses.reduce((sum, pause) => sum + pause, MORE_MS));
    for (const pauseMs of pauses) {
      const secrets = Array.from({ length: chance.within(KEYS) }, () => secretOf(chance));
      const incoming = holdersOf(secrets, 2 + chance.below(secrets.length - 1));
      const signed = handOver(signers.domainOf(fleet), chain.last, incoming);
      const handover = toHex(signed.signatures) as `0x${string}`;
      const set = { threshold: incoming.threshold, keys: addressesOf(incoming), handover };
      chain.add(incoming, signed);
      await decisions.inTurn(() => owner.fleet.setCheckpointKeys(fleet, set, { signers: threshold }));
      counts.keys++;
      const whose = fleet === place.fleet ? 'owner' : 'buyer';
      tell(whose, `names ${incoming.keys.length} checkpoint keys, of which ${incoming.threshold} sign`);
      await time.wait(pauseMs);
    }
  }
}
