/** Simulated boards as targets of scenarios, and what keeps a scenario from a target. */
import { type Ability, abilities } from './bench/ability.js';
import { openBench } from './bench/openBench.js';
import { Recording } from './bench/recording.js';
import type { Target, TargetOptions } from './bench/target.js';
import { Wires } from './bench/wires.js';
import type { Scenario } from './parse.js';
import { RECORDING } from './recordingEngines.js';

/** A simulated board of that engine, in a world of real processes. @param options `recordings`: the folder in which those of failures are kept */
export function simulatedTarget(options: TargetOptions & { recordings?: string }): Target {
  const { buses, engine, image, level, oneSocket, recordings } = options;
  const records = recordings !== undefined && RECORDING.includes(engine);
  return {
    ...options,
    name: `${engine}, level ${level}${oneSocket ? ', one socket' : ''}`,
    abilities: abilitiesOf(options),
    async open(signal, onEvent) {
      const recording = records ? new Recording(recordings) : undefined;
      try {
        const bench = await openBench({
          ...{ buses, engine, image, level, oneSocket, signal, onEvent },
          ...(recording && { record: recording.file }),
          wires: new Wires(),
          seesFlash: engine !== 'c3',
          seesOutputs: engine !== 'c3',
        });
        bench.recording = recording;
        return bench;
      } catch (error) {
        recording?.close();
        throw error;
      }
    },
  };
}

/** A chip says nothing of its pins, its flash is one file, and its later versions are what ESP-IDF linked once. */
const NOT_OF_CHIPS: readonly Ability[] = ['outputs', 'inputs', 'flash', 'code'];

function abilitiesOf({ engine, image, level, oneSocket }: TargetOptions): ReadonlySet<Ability> {
  const all = new Set(Object.keys(abilities) as Ability[]);
  if (engine !== 'node') all.delete('writes');
  if (level !== 4) all.delete('prover');
  if (oneSocket) all.delete('endpoints');
  // The images that the step `build` makes are versions of the relay.
  if (image) all.delete('updates');
  if (engine === 'c3') for (const each of NOT_OF_CHIPS) all.delete(each);
  return all;
}

/** The reason why a scenario does not run there; undefined where it does. */
export function unfit({ fresh, level, needs }: Scenario, target: Target): string | undefined {
  if (fresh && target.isOnce) return 'it needs a new board, and nothing makes this one new';
  if (level !== undefined && level !== target.level)
    return `it needs level ${level}, and the board has level ${target.level}`;
  const missing = needs.filter(ability => !target.abilities.has(ability));
  if (missing.length === 0) return undefined;
  return `the target cannot ${missing.map(ability => abilities[ability]).join(', nor ')}`;
}
