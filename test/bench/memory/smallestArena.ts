/** The smallest arena with which a board on the emulator stands a situation without a fault. */
import { isFault } from '../../../host-sim/process/board.js';
import { createSetting } from '../../../tools/demo/setting.js';
import { play, type Situation } from './situations.js';

/** Bytes: arenas are tried in steps of so many, and between these two. */
const STEP = 4096;
export const RANGE = { passes: 180_224, fails: 65_536 } as const;
/** Nothing that is played here takes as long, on a busy machine either. */
const PATIENCE_MS = 900_000;

export interface Stood {
  passes: boolean;
  /** The first fault, or what went wrong in words. */
  why?: string;
}

/** Plays a situation on a new board that has so many bytes. A board that faults and comes through all the same does not pass. */
export async function stands(situation: Situation, heap: number): Promise<Stood> {
  const stopping = new AbortController();
  const patience = setTimeout(() => stopping.abort(), PATIENCE_MS);
  let why: string | undefined;
  const onBoardLine = (line: string) => {
    if (why !== undefined || !isFault(line)) return;
    why = line;
    stopping.abort();
  };
  try {
    const setting = await createSetting({
      ...{ engine: 'rv32', level: 4, board: { heap }, ports: { chain: 0, broker: 0, images: 0 } },
      hostile: { images: false },
      signal: stopping.signal,
      onBoardLine,
      onEvent: () => {},
    });
    try {
      const isRight = await play(setting, situation, stopping.signal);
      return {
        passes: isRight && why === undefined,
        why: why ?? (isRight ? undefined : 'a step went wrong'),
      };
    } finally {
      await setting.close();
    }
  } catch (error) {
    return { passes: false, why: why ?? (error as Error).message };
  } finally {
    clearTimeout(patience);
    stopping.abort();
  }
}

/**
 * Searches for it.
 *
 * @throws Error when the situation does not pass with the largest
 */
export async function smallestArena(
  situation: Situation,
  tell: (heap: number, stood: Stood) => void,
): Promise<number> {
  const tried = async (heap: number): Promise<Stood> => {
    const stood = await stands(situation, heap);
    tell(heap, stood);
    return stood;
  };
  let { passes, fails } = RANGE as { passes: number; fails: number };
  const most = await tried(passes);
  if (!most.passes) throw new Error(`it does not pass with ${passes} bytes: ${most.why}`);
  while (passes - fails > STEP) {
    const middle = Math.round((passes + fails) / 2 / STEP) * STEP;
    if ((await tried(middle)).passes) passes = middle;
    else fails = middle;
  }
  return passes;
}
