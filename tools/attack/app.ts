/** The images of the bench: the relay of the demonstration, which no genuine order touches here, and marks beside it. */
import { type BuiltImage, buildImage } from '../../host-sim/image/build.js';
import type { Engine } from '../../host-sim/process/engines.js';
import { hardwareId } from '../demo/images.js';
import { MARKS_MAX } from './marks.js';

/** The action of every genuine order; it may not run twice, and its param is the mark: `{mark}`. */
export const MARK_ACTION = 'relay.mark';

/** The same, but for that it tolerates a reorganisation: it runs before its block is final. */
export const SPOT_ACTION = 'relay.spot';

const sourceOf = (version: number): string => `
import * as v from 'valibot';
import { action, type App, defineApp } from './firmware/app/app.js';
import { relay } from './firmware/apps/relay/relay.js';
import { run } from './firmware/device/device.js';
import type { Ports } from './firmware/port/ports.js';
import { writesOf } from './tools/attack/marks.js';

export default function app(ports: Ports): App {
  const before = relay(ports.pins);
  const params = v.strictObject({
    mark: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(${MARKS_MAX - 1})),
  });
  const leave = ({ mark }: { mark: number }) => {
    for (const { on, pin } of writesOf(mark)) ports.pins.write(pin, on);
    return { mark, by: ${version} };
  };
  const mark = action({ params, run: leave });
  const spot = action({ params, run: leave, finality: 'latest' });
  return defineApp({ ...before, actions: { ...before.actions, mark, spot } });
}

export const start = (ports: Ports): void => run(ports, app(ports));
`;

/** A version of the bench's image; versions differ in what their actions answer. */
export const benchImage = (version: number, engine: Engine['name']): Promise<BuiltImage> =>
  buildImage({
    target: engine === 'rv32' ? 'rv32' : 'script',
    name: 'relay',
    version,
    hardware: hardwareId,
    source: sourceOf(version),
  });
