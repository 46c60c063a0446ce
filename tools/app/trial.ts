/** A new image, started once on a blank simulated board: what would crash on the first board crashes here. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flashBoard } from '../../host-sim/board/flashing.js';
import type { BuiltImage } from '../../host-sim/image/build.js';
import type { BusSetting } from '../../host-sim/node/board/busLines.js';
import { startBoard } from '../../host-sim/process/board.js';
import { Failure, oneLine } from '../cli/failure.js';
import { sourceLines } from './sourceLines.js';

/**
 * @param buses the devices that it finds
 * @throws Failure `source` with what the image threw, at the author's line where the map has it
 */
export async function startOnce(
  image: BuiltImage,
  buses: readonly BusSetting[],
  signal: AbortSignal,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-trial-'));
  const said: string[] = [];
  try {
    flashBoard(directory, image.bytes);
    const board = await startBoard({
      ...{ directory, buses, signal, faultLimit: 1 },
      onLog: line => said.push(line),
    });
    try {
      await board.request('identify');
    } finally {
      await board.close();
    }
  } catch (error) {
    if (signal.aborted) throw error;
    const where = sourceLines(image.sourceMap)(`${(error as Error).message} ${said.join(' ')}`);
    throw new Failure('source', `The image does not start: ${oneLine(where, 600)}`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  const fault = said.find(line => line.includes('app fault: '));
  if (fault)
    throw new Failure(
      'source',
      `The app fails as it starts: ${oneLine(sourceLines(image.sourceMap)(fault), 600)}`,
    );
}
