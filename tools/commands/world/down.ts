import { setTimeout } from 'node:timers/promises';
import { defineCommand, flag } from '../../cli/command.js';
import { Failure } from '../../cli/failure.js';
import { worldName } from '../../cli/kinds.js';

/** Milliseconds for a world to end, and between two looks. */
const END_MS = 120_000;
const LOOK_MS = 100;

export default defineCommand({
  summary: 'End a world of many boards',
  example: 'holdfast world down',
  operands: {},
  flags: { name: flag(worldName, 'The name of the world', 'fleet') },
  run: async ({ flags: { name }, signal }) => {
    const { endWorld, findControl } = await import('../../world/control.js');
    const { processRuns } = await import('../../../host-sim/node/lock.js');
    const address = findControl(process.cwd(), name);
    await endWorld(address);
    for (let waited = 0; waited < END_MS; waited += LOOK_MS) {
      if (!processRuns(address.pid)) return { ok: true, world: name };
      await setTimeout(LOOK_MS, undefined, { signal });
    }
    throw new Failure('world', `The world ${name} does not end: its process is ${address.pid}.`);
  },
  show: ({ world }) => [`The world ${world} is gone.`],
});
