/** A campaign while it runs, in lines for a person. */
import { setTimeout } from 'node:timers/promises';
import type { Tally } from './foes/tally.js';
import type { Finding } from './judge.js';
import type { MemoryProbe } from './memory.js';
import { now, type Witness } from './witness.js';

/** Milliseconds between two lines, each with a look at the memory. */
const PROGRESS_MS = 10_000;

export interface OrderFigures {
  placed: number;
  done: number;
  slowestSeconds: number;
}

/** Orders placed and done, and the longest time from the first delivery to the receipt. */
export function figuresOf({ orders, receipts }: Witness): OrderFigures {
  const seconds = orders.flatMap(({ fromMs, hash }) => {
    const receipt = receipts.find(each => each.hash === hash && each.outcome === 'done');
    return receipt ? [Math.max(0, (receipt.atMs - fromMs) / 1000)] : [];
  });
  const slowestSeconds = Math.round(10 * Math.max(0, ...seconds)) / 10;
  return { placed: orders.length, done: seconds.length, slowestSeconds };
}

interface Watched {
  from: number;
  judged(): Promise<Finding[]>;
  probe: MemoryProbe;
  tally: Tally;
  witness: Witness;
}

/** A line every ten seconds, and each finding when it is first seen. */
export async function tellProgress(
  { from, judged, probe, tally, witness }: Watched,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const told = new Set<string>();
  while (!signal.aborted) {
    await setTimeout(PROGRESS_MS, undefined, { signal }).catch(() => {});
    const { bytes = 0 } = await probe();
    const findings = await judged().catch(() => []);
    for (const { kind, what } of findings) {
      // What is late stays so, with other figures.
      const name = what.replace(/\d+ s$/, '');
      if (told.has(name)) continue;
      told.add(name);
      tell(`FOUND ${kind}: ${what}`);
    }
    const { done, placed, slowestSeconds } = figuresOf(witness);
    tell(
      `${Math.round((now() - from) / 1000)} s: ${done} of ${placed} orders done, slowest ${slowestSeconds} s; ` +
        `${tally.sum} attacks; memory ${Math.round(bytes / 1024)} KB; ${findings.length} findings`,
    );
  }
}
