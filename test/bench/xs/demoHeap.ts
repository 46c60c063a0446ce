/** The whole demo in XS with so much heap, and the smallest heap with which it passes. */
import { demoPasses as passes } from '../demo/demoPasses.js';

/** KiB: heaps are tried in steps of so many; with `least` no image starts, and `most` is more than a chip has. */
const step = 8;
const [least, most] = [128, 512];

/** Tried twice, since a busy machine can be too slow for a step; out of memory it is both times. */
export const demoPasses = async (kibibytes: number): Promise<boolean> =>
  (await passesOnce(kibibytes)) || (await passesOnce(kibibytes));

const passesOnce = (kibibytes: number): Promise<boolean> =>
  passes({ engine: 'xs', board: { heap: kibibytes * 1024 }, level: 4 });

/** KiB, above or below what was tried; null when even the most is not enough. */
export async function smallestHeap(
  tried: { kibibytes: number; passed: boolean },
  tell: (line: string) => void,
): Promise<number | null> {
  let [enough, fails] = tried.passed ? [tried.kibibytes, least] : [most, tried.kibibytes];
  if (!tried.passed && !(await demoPasses(most))) return null;
  while (enough - fails > step) {
    const middle = Math.round((enough + fails) / 2 / step) * step;
    const passed = await demoPasses(middle);
    tell(`${middle} KiB of heap: ${passed ? 'the demo passes' : 'it does not'}\n`);
    if (passed) enough = middle;
    else fails = middle;
  }
  return enough;
}
