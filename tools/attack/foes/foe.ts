/** Somebody hostile: one attack after the other, each drawn from a seed, until the bench ends. */
import { setTimeout } from 'node:timers/promises';
import type { Chance } from '../../../host-sim/node/chance.js';
import type { Tally } from './tally.js';

export interface Foe {
  /** Begins the next attack, and resolves when it is over. May throw when what it attacks is gone for a moment. */
  strike(chance: Chance): Promise<void>;
}

/** One kind of attack on what a proxy answers. */
export type Kinds<M> = Readonly<Record<string, (chance: Chance) => M>>;

export interface ProxyFoeOptions<M> {
  /** Before each kind in the tally. */
  place: string;
  kinds: Kinds<M>;
  tally: Tally;
  signal: AbortSignal;
  /** Lets the proxy answer so from now on; undefined is honest. */
  set(mutation: M | undefined): void;
  /** The same mutation, telling each question that met it. */
  counted(mutation: M, met: () => void): M;
}

/** Milliseconds that one lie lasts at most. */
const LIE_MS_MAX = 4000;

/** A proxy that lies all the time, in one way after the other. */
export function proxyFoe<M>({ counted, kinds, place, set, signal, tally }: ProxyFoeOptions<M>): Foe {
  const names = Object.keys(kinds);
  return {
    async strike(chance) {
      const name = chance.of(names);
      set(counted(kinds[name](chance), () => tally.add(`${place}: ${name}`)));
      await setTimeout(100 + chance.below(LIE_MS_MAX), undefined, { signal });
    },
  };
}
