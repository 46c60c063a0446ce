/**
 * The checkpoint keys of a simulated fleet change now and then, once or several times in a row, and sometimes a board is
 * off meanwhile: it has to follow the hand-overs, each signed by the outgoing keys, from the set that it knows.
 */
import { toHex } from '../../firmware/bytes/hex.js';
import { seededChance } from '../../host-sim/world/seed.js';
import { addressesOf, type CheckpointSigners } from './checkpointSigners.js';
import { type Customer, freeOf } from './customer.js';
import { handOver, holdersOf } from './keyChain.js';
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

/** Until the plan is over. @param customers the boards that are active now */
export async function rotateKeys(
  stage: Stage,
  signers: CheckpointSigners,
  customers: () => readonly Customer[],
): Promise<void> {
  const { counts, decisions, place, seed, tell, time, untilMs } = stage;
  const { fleet, owner } = place;
  const chance = seededChance(seed, 'checkpoint keys');
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
      await decisions.inTurn(() => owner.fleet.setCheckpointKeys(fleet, set, { signers: place.signers }));
      counts.keys++;
      tell('owner', `names ${incoming.keys.length} checkpoint keys, of which ${incoming.threshold} sign`);
      await time.wait(pauseMs);
    }
  }
}
