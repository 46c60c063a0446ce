/**
 * Finality in a simulated world whose boards go by level 4: the provers, of which one lies and another is in trouble, and a
 * sync committee that stalls now and then, or of which few sign.
 */
import type { VirtualBeacon } from '../../host-sim/world/beacon.js';
import { seededChance } from '../../host-sim/world/seed.js';
import type { CheckpointSigners } from './checkpointSigners.js';
import type { Finality, Light } from './finalityGround.js';
import { tellForks } from './forks.js';
import { firstOf } from './hand.js';
import {
  COMMITTEE_LIES,
  isOfCommittee,
  PROVER_LIES,
  PROVER_TROUBLES,
  type ProverMoodName,
  ProverMoods,
} from './proverMoods.js';
import { openProver, type ProverMood, serveProver } from './provers.js';
import { PROVERS } from './provision.js';
import { signersLie } from './signerLies.js';
import type { Stage } from './stage.js';

const MINUTE_MS = 60_000;
/** From the beginning, or the end of a trouble of the committee, to the next one; and its length. */
const WELL_MS = { least: 4 * MINUTE_MS, most: 12 * MINUTE_MS };
const ILL_MS = { least: 2 * MINUTE_MS, most: 10 * MINUTE_MS };
/** One trouble in so many is a share of the committee that signs: below two thirds, just above, or all. */
const SHARE_ONE_IN = 2;
const SHARES = [0, 0.5, 0.65, 0.67, 1] as const;
/** A time of honesty of a prover, and of one mood. */
const HONEST_MS = { least: MINUTE_MS / 2, most: 3 * MINUTE_MS };
const MOOD_MS = { least: MINUTE_MS, most: 4 * MINUTE_MS };

/** Serves the provers; none lies, and the committee is well, after the end of the plan. */
export function serveFinality(stage: Stage, finality: Finality): void {
  const { chain, counts, faults, network, tell, time } = stage;
  const { light, signers } = finality;
  const signersMood = signers && faults.includes('signers') ? signersLie(stage, signers) : () => undefined;
  const [liar, troubled, ...honest] = PROVERS;
  if (!light) {
    const nothing = Promise.resolve(undefined);
    for (const name of PROVERS) {
      const mood = name === liar ? signersMood : () => undefined;
      serveProver(nothing, name, { network, time, signers }, () => handOn(stage, name) ?? mood());
    }
    return;
  }
  const { beacon } = light;
  counts.beacon++;
  tellForks(stage, beacon);
  const prover = openProver({ ...light, chain, tell, time });
  for (const name of honest) serveProver(prover, name, { network, time, signers }, () => handOn(stage, name));
  const isLied = faults.includes('endpoints');
  const hasKeys = faults.includes('checkpoints');
  const moods = [
    [liar, [...(isLied ? PROVER_LIES : []), ...(hasKeys ? [...COMMITTEE_LIES, ...COMMITTEE_LIES] : [])]],
    [troubled, isLied ? PROVER_TROUBLES : []],
  ] as const;
  for (const [name, names] of moods) {
    const own = moodsOf(stage, name, names, light, signers);
    const mood = () => (name === liar ? signersMood() : undefined) ?? own();
    serveProver(prover, name, { network, time, signers }, mood);
  }
  if (faults.includes('finality')) time.spawn(trouble(stage, beacon));
}

const handOn = ({ hand }: Stage, name: string): ProverMood | undefined =>
  firstOf(hand.provers, name.split(':')[0], 'every-prover', 'stolen-keys', 'everywhere');

/** @returns the mood of this moment */
function moodsOf(
  stage: Stage,
  name: string,
  names: readonly ProverMoodName[],
  { beacon }: Light,
  signers: CheckpointSigners | undefined,
): () => ProverMood | undefined {
  const { counts, seed, tell, time, untilMs } = stage;
  const chance = seededChance(seed, `moods of ${name}`);
  const moods = new ProverMoods(chance, beacon, signers);
  let deck: ProverMoodName[] = [];
  let current: ProverMood | undefined;
  const goOn = async () => {
    for (;;) {
      await time.wait(chance.within(HONEST_MS));
      if (time.nowMs >= untilMs) return;
      if (deck.length === 0) deck = [...names];
      const [mood] = deck.splice(chance.below(deck.length), 1);
      if (isOfCommittee(mood)) counts.checkpoints++;
      else counts.endpoints++;
      tell(name, `is no honest prover: ${mood}`);
      current = moods.of(mood);
      await time.wait(chance.within(MOOD_MS));
      current = undefined;
      tell(name, 'is honest again');
    }
  };
  if (names.length > 0) time.spawn(goOn());
  return () => (time.nowMs < untilMs ? (handOn(stage, name) ?? current ?? moods.watching) : undefined);
}

/** Until the plan is over; a trouble that has begun ends. */
async function trouble({ counts, seed, tell, time, untilMs }: Stage, beacon: VirtualBeacon): Promise<void> {
  const chance = seededChance(seed, 'finality');
  for (;;) {
    await time.wait(chance.within(WELL_MS));
    if (time.nowMs >= untilMs) return;
    counts.finality++;
    const share = chance.below(SHARE_ONE_IN) === 0 ? chance.of(SHARES) : undefined;
    tell('beacon', share === undefined ? 'makes nothing final any more' : `is signed by a share of ${share}`);
    if (share === undefined) beacon.stall(true);
    else beacon.participate(share);
    await time.wait(chance.within(ILL_MS));
    beacon.stall(false);
    beacon.participate();
    tell('beacon', 'is well again');
  }
}
