/** Whether the whole demo passes in XS with so much heap, and the smallest heap with which it does. */
import { runDemo } from '../../../tools/demo/demo.js';

/** KiB: heaps are tried in steps of so many; with `least` no image starts, and `most` is more than a chip has. */
const step = 8;
const [least, most] = [128, 512];

/** Tried twice, since a busy machine can be too slow for a step; out of memory it is both times. */
export const demoPasses = async (kibibytes: number): Promise<boolean> =>
  (await passesOnce(kibibytes)) || (await passesOnce(kibibytes));

async function passesOnce(kibibytes: number): Promise<boolean> {
  const stopping = new AbortController();
  try {
    const { ok } = await runDemo({
      engine: 'xs',
      board: { heap: kibibytes * 1024 },
      level: 4,
      ports: { chain: 0, broker: 0, images: 0 },
      json: true,
      verbose: false,
      signal: stopping.signal,
    });
    return ok;
  } catch {
    return false;
  } finally {
    stopping.abort();
  }
}

/** KiB, above or below what was tried; null when even the most is not enough. */
export async function smallestHeap(
  tried: { kibibytes: number; passed: boolean },
  tell: (line: string) => void,
): Promise<number | null> {
  let [passes, fails] = tried.passed ? [tried.kibibytes, least] : [most, tried.kibibytes];
  if (!tried.passed && !(await demoPasses(most))) return null;
  while (passes - fails > step) {
    const middle = Math.round((passes + fails) / 2 / step) * step;
    const passed = await demoPasses(middle);
    tell(`${middle} KiB of heap: ${passed ? 'the demo passes' : 'it does not'}\n`);
    if (passed) passes = middle;
    else fails = middle;
  }
  return passes;
}
