/**
 * The endpoints of a simulated world, of which a quorum of two must agree: the first lies now and then, the second is
 * now and then in trouble, the third is honest. Now and then the first two, a quorum, lag by the same number of blocks, or
 * conspire against a board; and where the first says that a release is approved, the others have no proofs to give.
 */
import { serveEndpoint } from '../../host-sim/world/endpoint.js';
import {
  HARMFUL_LIES,
  inTrouble,
  LIES,
  lagging,
  lying,
  type MoodWorld,
  TROUBLES,
} from '../../host-sim/world/endpointMoods.js';
import { seededChance } from '../../host-sim/world/seed.js';
import type { Ascription } from './ascription.js';
import type { Collusion } from './collusion.js';
import { firstOf } from './hand.js';
import { ENDPOINTS } from './provision.js';
import type { Stage } from './stage.js';

const MINUTE_MS = 60_000;
/** A time of honesty, and of one lie or one trouble. */
const HONEST_MS = { least: MINUTE_MS / 2, most: 2 * MINUTE_MS };
const MOOD_MS = { least: MINUTE_MS, most: 4 * MINUTE_MS };
/** Blocks by which two lag together: from a newest block that still counts to one that is too old. */
const LAG_BLOCKS = { least: 4, most: 30 };
const NO_LAG_MS = { least: 4 * MINUTE_MS, most: 12 * MINUTE_MS };
const LAG_MS = { least: 2 * MINUTE_MS, most: 6 * MINUTE_MS };
/**
 * All lies in turn, in an order that the seed draws. Those whose believer would do wrong come more often, and so does one
 * that shows only where a board believes others about the block and asks the liar for its header.
 */
const LIES_IN_TURN = [...LIES, ...HARMFUL_LIES, ...HARMFUL_LIES, 'header', 'header'] as const;

type Mutation = ReturnType<typeof lying>;

/**
 * Serves all three; none lies or fails after the end of the plan, but for a conspiracy that has begun.
 *
 * @param approvalFor as in `MoodWorld` @param collusion of the first two @param ascription by the first
 */
export function serveEndpoints(
  stage: Stage,
  approvalFor: MoodWorld['approvalFor'],
  collusion: Collusion,
  ascription: Ascription,
): void {
  const { chain, network, seed, time, untilMs } = stage;
  const moodWorld = (name: string) => ({ time, approvalFor, chance: seededChance(seed, name) });
  const [liar, troubled, ...honest] = ENDPOINTS;
  const byHand = handOn(stage);
  for (const name of honest) serveEndpoint(network, name, chain, () => byHand(name) ?? ascription.absence());
  const lag = lagTogether(stage);
  const together = (client: string) =>
    collusion.against(client) ?? (time.nowMs < untilMs ? lag() : undefined);
  const byHandInPlan = (name: string) => (time.nowMs < untilMs ? byHand(name) : undefined);
  const before = (name: string, ascribed: () => Mutation | undefined) => (client: string) =>
    together(client) ?? byHandInPlan(name) ?? ascribed();
  const lies = before(liar, () => ascription.lie(approvalFor));
  serveMoody(stage, lies, liar, 'lies', LIES_IN_TURN, lie => lying(lie, moodWorld(liar)));
  const absences = before(troubled, () => ascription.absence());
  serveMoody(stage, absences, troubled, 'is in trouble', TROUBLES, trouble =>
    inTrouble(trouble, moodWorld(troubled)),
  );
}

/** @returns the answers that somebody wants by hand of the endpoint of that name, `host:port` */
const handOn =
  ({ hand }: Stage) =>
  (name: string): Mutation | undefined =>
    firstOf(hand.endpoints, name.split(':')[0], 'every-endpoint', 'everywhere');

/** @returns the lag of this moment */
function lagTogether({ counts, faults, seed, tell, time, untilMs }: Stage): () => Mutation | undefined {
  let current: Mutation | undefined;
  const goOn = async () => {
    const chance = seededChance(seed, 'lag');
    for (;;) {
      await time.wait(chance.within(NO_LAG_MS));
      if (time.nowMs >= untilMs) return;
      const blocks = chance.within(LAG_BLOCKS);
      counts.lag++;
      tell('endpoints', `lag by ${blocks} blocks, two of them`);
      current = lagging(blocks);
      await time.wait(chance.within(LAG_MS));
      current = undefined;
      tell('endpoints', 'lag no more');
    }
  };
  if (faults.includes('lag')) time.spawn(goOn());
  return () => current;
}

/** @param first the answers that come before its own moods */
function serveMoody<Mood extends string>(
  stage: Stage,
  first: (client: string) => Mutation | undefined,
  name: string,
  words: string,
  moods: readonly Mood[],
  mutationOf: (mood: Mood) => Mutation,
): void {
  const { chain, counts, faults, network, seed, tell, time, untilMs } = stage;
  const chance = seededChance(seed, `moods of ${name}`);
  let deck: Mood[] = [];
  let current: Mutation | undefined;
  serveEndpoint(
    network,
    name,
    chain,
    client => first(client) ?? (time.nowMs < untilMs ? current : undefined),
  );
  if (!faults.includes('endpoints')) return;
  const goOn = async () => {
    for (;;) {
      await time.wait(chance.within(HONEST_MS));
      if (time.nowMs >= untilMs) return;
      if (deck.length === 0) deck = [...moods];
      const [mood] = deck.splice(chance.below(deck.length), 1);
      const milliseconds = chance.within(MOOD_MS);
      counts.endpoints++;
      tell(name, `${words} for ${milliseconds} ms: ${mood}`);
      current = mutationOf(mood);
      await time.wait(milliseconds);
      current = undefined;
      tell(name, 'is honest again');
    }
  };
  time.spawn(goOn());
}
