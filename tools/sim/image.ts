/** The image of simulated boards: the firmware as it is, with an app whose every order leaves a mark of its own. */
import { type BuiltImage, buildImage } from '../../host-sim/image/build.js';
import { benchImage } from '../attack/app.js';
import { MARKS_MAX } from '../attack/marks.js';
import { hardwareId } from '../demo/images.js';
import { type MutantName, mutantOf } from './mutants.js';

/** Built once for all boards of a world. */
export async function simImage(mutant?: MutantName): Promise<BuiltImage> {
  const changes = mutant && mutantOf(mutant).changes;
  const source = mutantSource(mutant);
  if (!changes && mutant !== 'twice' && mutant !== 'unlinked') return benchImage(1, 'node');
  return buildImage({ name: 'relay', version: 1, hardware: hardwareId, source, ...(changes && { changes }) });
}

const mutantSource = (mutant: MutantName | undefined): string => `
import * as v from 'valibot';
import { action, defineApp } from './firmware/app/app.js';
import { relay } from './firmware/apps/relay/relay.js';
import { run } from './firmware/device/device.js';
import type { Ports } from './firmware/port/ports.js';
import { writesOf } from './tools/attack/marks.js';

export const start = (ports: Ports): void => {
  const before = relay(ports.pins);
  const leave = (mark: number) => {
    for (const { on, pin } of writesOf(mark)) ports.pins.write(pin, on);
  };
  const params = v.strictObject({
    mark: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(${MARKS_MAX - 1})),
  });
  const marking = ({ mark }: { mark: number }) => {
    leave(mark);
    ${mutant === 'twice' ? 'leave(mark);' : mutant === 'unlinked' ? 'leave(mark + 4000);' : ''}
    return { mark };
  };
  const mark = action({ params, run: marking });
  const spot = action({ params, run: marking, finality: 'latest' });
  run(ports, defineApp({ ...before, actions: { ...before.actions, mark, spot } }));
};
`;
