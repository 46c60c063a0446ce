/** The guardian of a simulated fleet pauses it now and then; its signers end each pause. */
import type { Contracts, Signer } from '../../contracts/client/index.js';
import type { Chance } from '../../host-sim/node/chance.js';
import { seededChance } from '../../host-sim/world/seed.js';
import type { VirtualTime } from '../../host-sim/world/time.js';
import type { Decisions } from './decisions.js';
import type { Stage } from './stage.js';

const MINUTE_MS = 60_000;
/** From the beginning, or the end of a pause, to the next pause; and its length. */
const FREE_MS = { least: 4 * MINUTE_MS, most: 12 * MINUTE_MS };
const PAUSED_MS = { least: 5 * MINUTE_MS, most: 16 * MINUTE_MS };

interface GuardianWorld {
  time: VirtualTime;
  decisions: Decisions;
  chance: Chance;
  fleet: `0x${string}`;
  guardian: Contracts;
  owner: Contracts;
  signers: readonly Signer[];
  /** No pause begins after it; one that has begun is ended. */
  untilMs: number;
  /** Told once a block has the pause. */
  onPaused(): void;
  /** Told before the end of the pause is sent. */
  onResume(): void;
}

/** Pauses and resumes until the plan is over; pauses are counted, told and known to the rules. */
export function guardPlace({
  checkers,
  counts,
  decisions,
  place,
  seed,
  tell,
  time,
  untilMs,
}: Stage): Promise<void> {
  const { fleet, guardian, owner, signers } = place;
  return guard({
    ...{ time, decisions, fleet, guardian, owner, signers, untilMs },
    chance: seededChance(seed, 'guardian'),
    onPaused: () => {
      counts.pause++;
      checkers.restraints.paused(fleet, time.nowMs);
      tell('guardian', 'has paused the fleet');
    },
    onResume: () => {
      checkers.restraints.resumes(fleet);
      tell('owner', 'ends the pause');
    },
  });
}

async function guard(world: GuardianWorld): Promise<void> {
  const { chance, decisions, fleet, guardian, onPaused, onResume, owner, signers, time, untilMs } = world;
  for (;;) {
    await time.wait(chance.within(FREE_MS));
    if (time.nowMs >= untilMs) return;
    await guardian.fleet.pause(fleet);
    onPaused();
    await time.wait(chance.within(PAUSED_MS));
    onResume();
    await decisions.inTurn(() => owner.fleet.resume(fleet, { signers }));
  }
}
