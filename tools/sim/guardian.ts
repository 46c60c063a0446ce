/** The guardian of a simulated fleet pauses it now and then; its signers end each pause. */
import type { Contracts, Signer } from '../../contracts/client/index.js';
import type { Chance } from '../../host-sim/node/chance.js';
import type { Checkers } from '../../host-sim/world/checkers.js';
import { seededChance } from '../../host-sim/world/seed.js';
import type { VirtualTime } from '../../host-sim/world/time.js';
import type { FaultName } from './faultNames.js';
import type { Place } from './place.js';

const MINUTE_MS = 60_000;
/** From the beginning, or the end of a pause, to the next pause; and its length. */
const FREE_MS = { least: 4 * MINUTE_MS, most: 12 * MINUTE_MS };
const PAUSED_MS = { least: 5 * MINUTE_MS, most: 16 * MINUTE_MS };

interface GuardianWorld {
  time: VirtualTime;
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

/** A fleet whose pauses are counted, told and known to the rules. */
export interface GuardedPlace {
  time: VirtualTime;
  place: Place;
  seed: number;
  untilMs: number;
  checkers: Checkers;
  counts: Record<FaultName, number>;
  tell(actor: string, what: string): void;
}

/** Pauses and resumes until the plan is over. */
export function guardPlace({
  checkers,
  counts,
  place,
  seed,
  tell,
  time,
  untilMs,
}: GuardedPlace): Promise<void> {
  const { fleet, guardian, owner, signers } = place;
  return guard({
    ...{ time, fleet, guardian, owner, signers, untilMs },
    chance: seededChance(seed, 'guardian'),
    onPaused: () => {
      counts.pause++;
      checkers.paused(time.nowMs);
      tell('guardian', 'has paused the fleet');
    },
    onResume: () => {
      checkers.resumes();
      tell('owner', 'ends the pause');
    },
  });
}

async function guard(world: GuardianWorld): Promise<void> {
  const { chance, fleet, guardian, onPaused, onResume, owner, signers, time, untilMs } = world;
  const drawn = ({ least, most }: { least: number; most: number }) => least + chance.below(most - least);
  for (;;) {
    await time.wait(drawn(FREE_MS));
    if (time.nowMs >= untilMs) return;
    await guardian.fleet.pause(fleet);
    onPaused();
    await time.wait(drawn(PAUSED_MS));
    onResume();
    await owner.fleet.resume(fleet, { signers });
  }
}
