/** The smallest heap with which the whole demo passes on the emulated board. */
import { demoPasses } from '../demo/demoPasses.js';

/** Bytes: heaps are tried in steps of so many, and between these two. */
const step = 4096;
const range = {
  native: { passes: 147_456, fails: 98_304 },
  portable: { passes: 262_144, fails: 131_072 },
} as const;
/** Slots. */
const stack = 512;

/** @throws Error when the demo does not pass with the largest heap */
export async function smallestHeap(
  variant: 'native' | 'portable',
  tell: (line: string) => void,
): Promise<{ heap: number; stack: number }> {
  const tried = async (heap: number): Promise<boolean> => {
    const passed = await passes(variant, heap);
    tell(`${variant}, ${heap} bytes of heap: ${passed ? 'the demo passes' : 'it does not'}`);
    return passed;
  };
  let { passes: enough, fails: little } = range[variant] as { passes: number; fails: number };
  if (!(await tried(enough))) throw new Error(`the demo does not pass with ${enough} bytes of heap`);
  while (enough - little > step) {
    const middle = Math.round((enough + little) / 2 / step) * step;
    if (await tried(middle)) enough = middle;
    else little = middle;
  }
  return { heap: enough, stack };
}

const passes = (variant: 'native' | 'portable', heap: number): Promise<boolean> =>
  demoPasses({
    engine: 'rv32',
    board: { heap, stack, portable: variant === 'portable' },
    // Portable BLS is not what this measures.
    level: variant === 'portable' ? 1 : 4,
  });
