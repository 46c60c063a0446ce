import { run } from '../../device/device.js';
import type { Ports } from '../../port/ports.js';
import { relay } from './relay.js';

export const start = (ports: Ports): void => run(ports, relay(ports.pins));
