/**
 * A world whose boards are recorded, and each recording played in XS: on the engine of chips the same firmware has to do
 * at every one of its ports, on what it was told in a faulty world, what it did on Node.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Replayed } from '../../host-sim/recording/replay.js';
import { playOnXs } from '../recording/play.js';
import { recordingOf } from './members.js';
import type { SimOptions, SimResult } from './run.js';

/** A board, and what came of its recording. */
export type PlayedBoard = { board: string } & Replayed;

/**
 * Runs the world, then plays its boards one after the other. The result is `ok` when every rule held and every board did
 * the same. @param run as `simulate` @throws XsMissing when XS is not built
 */
export async function playedInXs(
  options: SimOptions,
  run: (options: SimOptions) => Promise<SimResult>,
  onPlayed: (played: PlayedBoard) => void = () => {},
): Promise<SimResult & { played: PlayedBoard[] }> {
  const { boards, signal } = options;
  const record = await mkdtemp(join(tmpdir(), 'holdfast-sim-'));
  try {
    const result = await run({ ...options, record });
    const played: PlayedBoard[] = [];
    for (let at = 1; at <= boards; at++) {
      const board = `board-${at}`;
      const file = join(record, recordingOf(board));
      const one = { board, ...(await playOnXs({ file, signal, tell: () => {} })) };
      onPlayed(one);
      played.push(one);
    }
    return { ...result, ok: result.ok && played.every(({ verdict }) => verdict === 'same'), played };
  } finally {
    await rm(record, { recursive: true, force: true });
  }
}

/** One line about a board for people. */
export function wordsOf(played: PlayedBoard): string {
  const { board, entries, starts } = played;
  if (played.verdict === 'same')
    return `✓ ${board} did the same in XS, ${entries} inputs and outputs in ${starts} starts`;
  if (played.verdict === 'unreadable') return `✗ the recording of ${board} cannot be read: ${played.reason}`;
  const { came, entry, expected } = played;
  return `✗ ${board} did something else in XS, at ${entry} of its inputs and outputs: ${came}, where it was ${expected}`;
}
