import type { App } from '../../app/app.js';
import { run } from '../../device/device.js';
import type { Ports } from '../../port/ports.js';
import { sensor } from './sensor.js';

/** The app as a mod of a board that has the firmware already. */
export default function app(ports: Ports): App {
  return sensor(ports.pins);
}

/** The app as a whole image. */
export const start = (ports: Ports): void => run(ports, app(ports));
