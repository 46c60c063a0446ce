/** A world of a swarm, in a process of its own. */
import { join } from 'node:path';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { FAULTS } from './faultNames.js';
import { replayWords, resultOf } from './replay.js';
import type { WorldSize } from './shrink.js';
import type { SwarmRun } from './swarm.js';

/** @param more words for `holdfast sim` @throws Error when it has no result, or the signal ended it */
export function worldProcess(
  seed: number,
  size: WorldSize,
  signal: AbortSignal,
  more: readonly string[] = [],
): Promise<SwarmRun> {
  const program = join(repositoryRoot, 'tools/holdfast.mjs');
  const words = [program, ...replayWords(seed, size, FAULTS, undefined), ...more, '--json'];
  return resultOf<SwarmRun>(words, signal);
}
