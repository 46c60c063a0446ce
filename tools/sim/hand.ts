/**
 * The hand of a person on a seeded world: touches that came before and are made again at their time, and those of now. It
 * holds what its places say meanwhile in place of what the seed has them say.
 */
import type { lying } from '../../host-sim/world/endpointMoods.js';
import type { ImageLie } from '../../host-sim/world/imageServer.js';
import type { ProverMood } from './provers.js';
import { TOUCHES_MAX, type Touch } from './touch.js';

type RpcMutation = ReturnType<typeof lying>;

/** The way in which a broker is evil. */
export type BrokerMood = 'twice' | 'changed' | 'junk';

/** Something that is wrong at a place for a while; `end` is called once. */
export interface Held {
  end(): void;
}

interface Asked {
  touch: Omit<Touch, 'atMs'>;
  answer(refusal: string | undefined): void;
}

/** The hand of one person on one world. */
export class Hand {
  /** By name of a server, or of the place that stands for several. */
  readonly endpoints = new Map<string, RpcMutation>();
  readonly provers = new Map<string, ProverMood>();
  readonly images = new Map<string, ImageLie>();
  broker: BrokerMood | undefined;
  /** By place, what lasts there. */
  readonly held = new Map<string, Held>();
  /** The touches so far, the oldest first. */
  readonly made: Touch[] = [];
  /** Told of each touch, once it is made. */
  onMade: (touch: Touch) => void = () => {};
  readonly #coming: Touch[];
  #asked: Asked[] = [];
  #isOver = false;

  /** @param touches of a run before, which are made again */
  constructor(touches: readonly Touch[] = []) {
    this.#coming = [...touches].sort((a, b) => a.atMs - b.atMs);
  }

  /** When the next touch of a run before is due, in ms; infinite when there is none. */
  get nextMs(): number {
    return this.#coming[0]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  /** Those that were made, and those that are to come. */
  get touches(): readonly Touch[] {
    return [...this.made, ...this.#coming];
  }

  /** Touches the world as soon as its time stands between two events. @returns the reason why not; undefined when it was done */
  touch(touch: Omit<Touch, 'atMs'>): Promise<string | undefined> {
    if (this.#isOver) return Promise.resolve(IS_OVER);
    if (this.made.length + this.#asked.length >= TOUCHES_MAX)
      return Promise.resolve(`A world takes ${TOUCHES_MAX} touches.`);
    return new Promise(answer => this.#asked.push({ touch, answer }));
  }

  /** The next touch that is due at that time; a refused one of now is told to whoever asked. */
  take(nowMs: number): { touch: Touch; answer(refusal: string | undefined): void } | undefined {
    if (this.nextMs <= nowMs) {
      const touch = this.#coming.shift()!;
      const answer = (refusal: string | undefined) => {
        if (refusal !== undefined)
          throw new Error(`${touch.place} cannot be touched at ${touch.atMs}: ${refusal}`);
      };
      return { touch, answer };
    }
    const asked = this.#asked.shift();
    return asked && { touch: { ...asked.touch, atMs: nowMs }, answer: asked.answer };
  }

  /** That touch is made. */
  keep(touch: Touch): void {
    this.made.push(touch);
    this.onMade(touch);
  }

  /** Ends all that lasts; nothing begins any more. */
  release(): void {
    this.#isOver = true;
    for (const { end } of this.held.values()) end();
    this.held.clear();
    for (const { answer } of this.#asked) answer(IS_OVER);
    this.#asked = [];
    this.#coming.length = 0;
  }
}

const IS_OVER = 'The time of faults is over: the world heals.';

/** The first of these names that has something. */
export const firstOf = <T>(held: ReadonlyMap<string, T>, ...names: readonly string[]): T | undefined => {
  for (const name of names) if (held.has(name)) return held.get(name);
  return undefined;
};
