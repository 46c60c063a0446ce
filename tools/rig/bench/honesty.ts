/** The end of all lies that steps began. */
import type { Setting } from '../../demo/setting.js';
import { honest } from '../../demo/witnessAttacks.js';

/** Everybody whom the board asks tells the truth again. */
export function beHonest(world: Setting): void {
  honest(world);
  for (const folder of ['images', 'manifests', 'sectors'] as const)
    world.imageProxy.setMutation(undefined, folder);
}
