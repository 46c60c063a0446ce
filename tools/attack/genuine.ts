/** The genuine acts of a campaign, drawn from its seed. */
import { setTimeout } from 'node:timers/promises';
import type { Chance } from '../../host-sim/node/chance.js';
import type { Operator } from './operator.js';

export type Act = 'order' | 'cut' | 'pause' | 'update';

/** The last part of a campaign, in which no update begins. */
const LAST_PART = 0.3;
/** Milliseconds between two acts, at most. */
const REST_MS_MAX = 1500;
/** The acts that are not orders, by their place in each row of so many: early, so that a short campaign has each. */
const ROW = 12;
const RARE: Readonly<Record<number, Act>> = { 3: 'cut', 5: 'pause', 7: 'update' };

export class Genuine {
  readonly counts: Readonly<Record<Act, number>> = { order: 0, cut: 0, pause: 0, update: 0 };
  readonly #operator: Operator;
  readonly #chance: Chance;
  readonly #signal: AbortSignal;
  #acts = 0;

  constructor(operator: Operator, chance: Chance, signal: AbortSignal) {
    this.#operator = operator;
    this.#chance = chance;
    this.#signal = signal;
  }

  /** The next act, until it is over, and a rest. @param left part of the campaign, 0 to 1 */
  async next(left: number): Promise<void> {
    const drawn = RARE[this.#acts++ % ROW] ?? 'order';
    await this.act(drawn === 'update' && left < LAST_PART ? 'order' : drawn);
    await setTimeout(this.#chance.below(REST_MS_MAX), undefined, { signal: this.#signal });
  }

  async act(what: Act): Promise<void> {
    (this.counts as Record<Act, number>)[what]++;
    await this.#operator[what](this.#chance);
  }
}
