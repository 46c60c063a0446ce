/** A name that another world in this folder has already is not taken a second time. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { processRuns } from '../../host-sim/node/lock.js';
import { Failure } from '../cli/failure.js';
import { projectFile } from '../project/project.js';
import { findControl, homeOf } from './control.js';

/** @throws Failure `world` */
export function refuseRunning(directory: string, world: string, boards: readonly { name: string }[]): void {
  const twice = boards.find(({ name }) => name === world);
  if (twice)
    throw new Failure(
      'world',
      `The world and a board of it are both named ${world}: give --name or --group.`,
    );
  if (existsSync(join(directory, homeOf(world), 'control.json'))) {
    const { pid } = findControl(directory, world);
    if (processRuns(pid))
      throw new Failure(
        'world',
        `A world ${world} runs here already, in process ${pid}: holdfast world down ends it.`,
      );
    return; // It was killed: what it left is written over.
  }
  const taken = boards.find(({ name }) => existsSync(join(directory, projectFile(name))));
  if (taken)
    throw new Failure(
      'world',
      `There is a world named ${taken.name} here already: give the boards another --group.`,
    );
}
