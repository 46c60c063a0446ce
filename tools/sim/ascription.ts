/**
 * An approval that nobody gave: a release is out that the owner does not want, one endpoint says that the owner approved
 * it, and for as long the others give no proofs, so that boards have nobody else to ask.
 */
import type { Chance } from '../../host-sim/node/chance.js';
import { inTrouble, lying, type MoodWorld } from '../../host-sim/world/endpointMoods.js';
import { seededChance } from '../../host-sim/world/seed.js';
import type { Stage } from './stage.js';

const MINUTE_MS = 60_000;
/** From the release until the lie begins, about when its record is final; and the length of the lie. */
const FINAL_MS = { least: 1.5 * MINUTE_MS, most: 2.5 * MINUTE_MS };
const LIE_MS = { least: 2 * MINUTE_MS, most: 4 * MINUTE_MS };

type Mutation = ReturnType<typeof lying>;

type AscriptionStage = Pick<Stage, 'counts' | 'faults' | 'seed' | 'tell' | 'time' | 'untilMs'>;

export class Ascription {
  readonly #stage: AscriptionStage;
  readonly #chance: Chance;
  #untilMs = 0;

  constructor(stage: AscriptionStage) {
    this.#stage = stage;
    this.#chance = seededChance(stage.seed, 'ascription');
  }

  /** A release is out that the owner does not want. */
  begin(): void {
    const { faults, time } = this.#stage;
    if (faults.includes('endpoints')) time.spawn(this.#lie());
  }

  /** The liar's answers, while it lies. @param approvalFor as in `MoodWorld` */
  lie(approvalFor: MoodWorld['approvalFor']): Mutation | undefined {
    const { time } = this.#stage;
    return this.#isOn ? lying('approval', { approvalFor, chance: this.#chance, time }) : undefined;
  }

  /** The answers of the others meanwhile. */
  absence(): Mutation | undefined {
    const moodWorld = { approvalFor: () => undefined, chance: this.#chance, time: this.#stage.time };
    return this.#isOn ? inTrouble('unsupported', moodWorld) : undefined;
  }

  get #isOn(): boolean {
    return this.#stage.time.nowMs < this.#untilMs;
  }

  async #lie(): Promise<void> {
    const { counts, tell, time, untilMs } = this.#stage;
    await time.wait(this.#chance.within(FINAL_MS));
    if (time.nowMs >= untilMs) return;
    this.#untilMs = Math.min(untilMs, time.nowMs + this.#chance.within(LIE_MS));
    counts.endpoints++;
    tell('endpoints', 'give no proofs, but for one that ascribes an approval to the owner');
  }
}
