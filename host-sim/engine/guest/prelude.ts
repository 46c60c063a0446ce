/** Runs before the image in the image's machine: gives it its ports, and hands the host's events to it. */
import type { Started } from './bootPort.js';
import type { Guest, Host } from './host.js';
import { startImage } from './image.js';
import { hostPorts } from './ports.js';

export function install(host: Host, started: Started): Guest {
  const { events, ports } = hostPorts(host, started);
  return events(() => startImage(ports));
}
