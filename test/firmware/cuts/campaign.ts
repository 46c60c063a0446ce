/** The campaign of cuts: one round of each kind of work at least, then as many more as there is time for. */
import { appLineCuts } from './appLineCuts.js';
import { bootCuts } from './bootCuts.js';
import { Tried } from './flashStates.js';
import { installCuts } from './installCuts.js';
import { journalCuts } from './journalCuts.js';

type Round = (seed: number, tried: Tried) => Generator<void> | AsyncGenerator<void>;

/** Work, and its share of the time. */
const works: readonly (readonly [Round, share: number])[] = [
  [journalCuts, 0.25],
  [bootCuts, 0.15],
  [installCuts, 0.5],
  [appLineCuts, 0.1],
];

/**
 * Tries cuts for about so many seconds. Throws at the first state that should not be, with the seed that leads there.
 * @param seed of the first round; each further round has the next one
 */
export async function tryCuts(seconds: number, seed: number): Promise<Tried> {
  const tried = new Tried();
  for (const [round, share] of works) {
    const until = Date.now() + seconds * share * 1000;
    for (let i = 0; i === 0 || Date.now() < until; i++) {
      for await (const _ of round(seed + i, tried)) if (i > 0 && Date.now() >= until) break;
    }
  }
  return tried;
}

/** The counts in words, the greatest first. */
export const countsOf = ({ counts, total }: Tried): string =>
  `${total} distinct flash states: ${Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([work, count]) => `${work} ${count}`)
    .join(', ')}`;
