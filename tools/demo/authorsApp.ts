/** An author's app in the place of the demonstration's: its image, the orders that it takes, and its lines in faults. */
import { resolve } from 'node:path';
import type { BuiltImage } from '../../host-sim/image/build.js';
import type { Face } from '../../host-sim/image/describe.js';
import { buildApp } from '../app/build.js';
import { devicesOf } from '../app/devices.js';
import { exampleOf } from '../app/exampleParams.js';
import { sourceLines } from '../app/sourceLines.js';
import { hardwareId, hardwareName } from './images.js';
import type { StartOptions } from './start.js';

/** Orders that are shown as examples. */
const HINTS_MAX = 4;

interface Making {
  /** Of the app. */
  path: string;
  version: number;
  signal: AbortSignal;
  warn(line: string): void;
  progress?: ((what: string) => void) | undefined;
}

/** An image of the author's app as its source is now, for the simulated hardware. @throws Failure `file`, `source` */
export const authorsImage = ({ path, ...making }: Making): Promise<BuiltImage> =>
  buildApp({ entry: path, name: 'app', hardware: hardwareId, hardwareName, ...making });

/** @throws Failure `file`, `source` */
export async function authorsApp(
  path: string,
  signal: AbortSignal,
  warn: (line: string) => void,
  progress?: (what: string) => void,
): Promise<Pick<StartOptions, 'buses' | 'image' | 'hints' | 'translate'> & { image: BuiltImage }> {
  const image = await authorsImage({ path, version: 1, signal, warn, progress });
  const face = image.face === undefined ? undefined : (JSON.parse(image.face) as Face);
  const buses = devicesOf(resolve(path));
  const translate = sourceLines(image.sourceMap);
  if (!face) return { buses, image, translate };
  const orders = Object.entries(face.actions).slice(0, HINTS_MAX);
  return {
    buses,
    image,
    translate,
    hints: [
      ...orders.map(([name, { params }]) => {
        const order = `npx holdfast command ${face.app}.${name} '${JSON.stringify(exampleOf(params))}'`;
        return `${order.padEnd(47)} # an order; its proof is printed`;
      }),
      `${`npx holdfast release deploy ${path}`.padEnd(47)} # the app as it is then, as a real update`,
    ],
  };
}
