/** The start of a device that takes app images. Apart from runApp.ts, so that other images do not carry an app line. */

import type { MakeApp } from '../app/board.js';
import { AppHost } from '../app/host.js';
import type { Ports } from '../port/ports.js';
import { AppLine } from './appLine.js';
import { run } from './device.js';

/**
 * Starts the device with the app image of its slots, or with the app that `builtIn` gives: where there is none, and where
 * the platform runs none.
 *
 * @example
 * export const start = (ports: Ports): void => runHost(ports, lock);
 */
export function runHost(ports: Ports, builtIn: MakeApp): void {
  const isConfirmed = ports.boot.running.state === 'confirmed';
  const { apps } = ports;
  run(
    ports,
    records => new AppHost({ ...ports, records, isConfirmed }, builtIn).app,
    apps && (board => new AppLine({ ...board, ports: { ...ports, apps } })),
  );
}
