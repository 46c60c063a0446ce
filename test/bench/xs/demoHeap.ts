/** Whether the whole demo passes in XS with so much heap, and the smallest heap with which it does. */
import { runDemo } from '../../../tools/demo/demo.js';

/** KiB: heaps are tried in steps of so many; with `least` no image starts. */
const step = 8;
const least = 128;

export async function demoPasses(kibibytes: number): Promise<boolean> {
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

/** KiB; `enough` is known to pass. */
export async function smallestHeap(enough: number, tell: (line: string) => void): Promise<number> {
  let [passes, fails] = [enough, least];
  while (passes - fails > step) {
    const middle = Math.round((passes + fails) / 2 / step) * step;
    const passed = await demoPasses(middle);
    tell(`${middle} KiB of heap: ${passed ? 'the demo passes' : 'it does not'}\n`);
    if (passed) passes = middle;
    else fails = middle;
  }
  return passes;
}
