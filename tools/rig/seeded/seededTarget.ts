/** A seeded world as a target: its time and its chance are its own, so that one seed gives one report. */
import { VirtualTime } from '../../../host-sim/world/time.js';
import type { Ability } from '../bench/ability.js';
import { Bench } from '../bench/bench.js';
import type { Target } from '../bench/target.js';
import { seededPace } from './seededPace.js';
import { seededSetting } from './seededSetting.js';
import { seededWires } from './seededWires.js';

/** The chain of such a world has no sync committee here, and its image server tells other lies than steps know. */
const ABILITIES: readonly Ability[] = [
  ...(['power', 'writes', 'lines', 'outputs', 'clock', 'endpoints', 'network', 'updates', 'code'] as const),
];

/** Each of its worlds begins with that seed. */
export const seededTarget = (seed: number): Target => ({
  ...{ engine: 'node', level: 1, oneSocket: false },
  name: `seeded 0x${seed.toString(16)}, level 1`,
  abilities: new Set(ABILITIES),
  async open(signal, onEvent) {
    const time = new VirtualTime();
    const pace = seededPace(time, signal);
    onEvent('seed', `0x${seed.toString(16)}`);
    const { client, network, world } = await seededSetting(seed, { pace, signal, time });
    return new Bench(world, { wires: seededWires(network, client), seesFlash: false, pace });
  },
});
