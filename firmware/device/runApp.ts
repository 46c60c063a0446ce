/** The start of a device with an author's app. Apart from device.ts, so that images without one do not carry its host. */

import type { MakeApp } from '../app/board.js';
import { AppHost } from '../app/host.js';
import type { Ports } from '../port/ports.js';
import { run } from './device.js';

/**
 * Starts the device with the app that `make` gives for its board.
 *
 * @example
 * export const start = (ports: Ports): void => runApp(ports, lock);
 */
export function runApp(ports: Ports, make: MakeApp): void {
  const isConfirmed = ports.boot.running.state === 'confirmed';
  run(ports, records => new AppHost({ ...ports, records, isConfirmed }, make).app);
}
