/** The current that a board draws, sampled while a scenario runs: bounded, however long that takes. */

/** A point of the trace: milliseconds since its beginning, milliamperes. */
export type PowerSample = readonly [atMs: number, milliamperes: number];

/** Points that are kept; a longer trace keeps every other one, and samples half as often from then on. */
export const SAMPLES_MAX = 1200;
const EVERY_MS = 100;

export interface PowerTrace {
  /** Ends it. Idempotent. @returns what was measured; a supply that failed on the way gives what it had said before */
  end(): readonly PowerSample[];
}

/** @param current of the supply, in milliamperes */
export function tracePower(current: () => Promise<number>, everyMs: number = EVERY_MS): PowerTrace {
  const begun = performance.now();
  let samples: PowerSample[] = [];
  let isOver = false;
  let pause = everyMs;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const at = Math.round(performance.now() - begun);
    const now = await current().catch(() => undefined);
    if (isOver) return;
    if (now !== undefined) samples.push([at, Math.round(100 * now) / 100]);
    if (samples.length >= SAMPLES_MAX) {
      samples = samples.filter((_, index) => index % 2 === 0);
      pause *= 2;
    }
    timer = setTimeout(look, pause);
  };
  void look();
  return {
    end() {
      isOver = true;
      clearTimeout(timer);
      return samples;
    },
  };
}
