/**
 * The endpoints of a simulated world, of which a quorum of two must agree: the first lies now and then, the second is
 * now and then in trouble, the third is honest.
 */
import { serveEndpoint } from '../../host-sim/world/endpoint.js';
import {
  HARMFUL_LIES,
  inTrouble,
  LIES,
  lying,
  type MoodWorld,
  TROUBLES,
} from '../../host-sim/world/endpointMoods.js';
import { seededChance } from '../../host-sim/world/seed.js';
import { ENDPOINTS } from './provision.js';
import type { Stage } from './stage.js';

const MINUTE_MS = 60_000;
/** A time of honesty, and of one lie or one trouble. */
const HONEST_MS = { least: MINUTE_MS / 2, most: 2 * MINUTE_MS };
const MOOD_MS = { least: MINUTE_MS, most: 4 * MINUTE_MS };
/** All lies in turn, in an order that the seed draws; those whose believer would do wrong come more often. */
const LIES_IN_TURN = [...LIES, ...HARMFUL_LIES, ...HARMFUL_LIES];

type Mutation = ReturnType<typeof lying>;

/** Serves all three; none lies or fails after the end of the plan. @param approvalFor as in `MoodWorld` */
export function serveEndpoints(stage: Stage, approvalFor: MoodWorld['approvalFor']): void {
  const { chain, network, seed, time } = stage;
  const moodWorld = (name: string) => ({ time, approvalFor, chance: seededChance(seed, name) });
  const [liar, troubled, ...honest] = ENDPOINTS;
  for (const name of honest) serveEndpoint(network, name, chain);
  serveMoody(stage, liar, 'lies', LIES_IN_TURN, lie => lying(lie, moodWorld(liar)));
  serveMoody(stage, troubled, 'is in trouble', TROUBLES, trouble => inTrouble(trouble, moodWorld(troubled)));
}

function serveMoody<Mood extends string>(
  { chain, counts, faults, network, seed, tell, time, untilMs }: Stage,
  name: string,
  words: string,
  moods: readonly Mood[],
  mutationOf: (mood: Mood) => Mutation,
): void {
  const chance = seededChance(seed, `moods of ${name}`);
  let deck: Mood[] = [];
  let current: Mutation | undefined;
  serveEndpoint(network, name, chain, () => (time.nowMs < untilMs ? current : undefined));
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
