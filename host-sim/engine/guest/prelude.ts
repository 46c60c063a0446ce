/** Runs before the image in the image's machine: gives it its ports, and hands the host's events to it. */
import type { Guest, Host } from './host.js';
import { startImage } from './image.js';
import { hostPorts, type Running } from './ports.js';

export function install(host: Host, running: Running): Guest {
  const { events, ports } = hostPorts(host, running);
  return { start: () => startImage(ports), ...events };
}
