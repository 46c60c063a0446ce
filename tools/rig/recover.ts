/** A bench between two scenarios: what the last one left is taken back, and looked at. */
import type { Bench } from './bench/bench.js';
import { beHonest } from './bench/honesty.js';
import { device } from './steps/device.js';
import { fleet } from './steps/fleet.js';

/**
 * Takes back lies, a lost network, pause, suspension and a power cut. Gives the reason why the bench cannot serve another scenario all
 * the same; undefined where it can.
 */
export async function recover(bench: Bench): Promise<string | undefined> {
  const { world } = bench;
  const { board, boardChannel, patience } = world;
  try {
    beHonest(world);
    await bench.wires?.set({ is: 'whole' });
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
