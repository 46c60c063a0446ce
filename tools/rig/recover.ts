/** A bench between two scenarios: what the last one left is taken back, and looked at. */
import type { Setting } from '../demo/setting.js';
import { honest } from '../demo/witnessAttacks.js';
import type { Bench } from './bench.js';
import { device } from './steps/device.js';
import { fleet } from './steps/fleet.js';

/** Everybody whom the board asks tells the truth again. */
export function beHonest(world: Setting): void {
  honest(world);
  for (const folder of ['images', 'manifests', 'sectors'] as const)
    world.imageProxy.setMutation(undefined, folder);
}

/**
 * Takes back lies, pause, suspension and a power cut. Gives the reason why the bench cannot serve another scenario all
 * the same; undefined where it can.
 */
export async function recover(bench: Bench): Promise<string | undefined> {
  const { world } = bench;
  const { board, boardChannel, patience } = world;
  try {
    beHonest(world);
    await board.powerOn();
    const owner = await world.as('owner');
    if ((await owner.fleet.read(world.fleet)).paused) await fleet.run(bench, 'resume');
    const { sequence, status } = await owner.device.read(world.device);
    if (status !== 'Active') await device.run(bench, 'lift');
    // An order that nobody delivered would hold all that follow.
    await boardChannel.statusWhere(said => said.sequence === sequence, patience);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
