/** A board around something that must not change it: by its store where the flash can be read, else by its signed word. */
import { watchingStore } from '../../demo/store.js';
import type { Bench } from './bench.js';

/**
 * Does something to the board. True beside its result when the board is afterwards as it was.
 *
 * @param except keys of the store that may change
 */
export async function watchingBoard<T>(
  bench: Bench,
  act: () => Promise<T>,
  except: readonly number[],
): Promise<readonly [result: T, isUnchanged: boolean]> {
  const { seesFlash, world } = bench;
  if (seesFlash) return watchingStore(world.directory, act, except);
  const before = await bench.settledStatus();
  const result = await act();
  const after = await bench.settledStatus();
  return [result, after.sequence === before.sequence && after.version === before.version];
}
