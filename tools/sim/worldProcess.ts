/** A world of a swarm, in a process of its own. */
import { join } from 'node:path';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { FAULTS } from './faultNames.js';
import { replayWords, resultOf } from './replay.js';
import type { WorldSize } from './shrink.js';
import type { SwarmRun } from './swarm.js';

interface Failure {
  error: { message: string };
}

/** @param more words for `holdfast sim` @throws Error when it has no result, or the signal ended it */
export async function worldProcess(
  seed: number,
  size: WorldSize,
  signal: AbortSignal,
  more: readonly string[] = [],
): Promise<SwarmRun> {
  const program = join(repositoryRoot, 'tools/holdfast.mjs');
  const words = [...replayWords(seed, size, FAULTS, undefined), ...more];
  const result = await resultOf<SwarmRun | Failure>([program, ...words, '--json'], signal);
  if ('error' in result) throw new Error(`holdfast ${words.join(' ')} ended with: ${result.error.message}`);
  return result;
}
