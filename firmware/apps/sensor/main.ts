import { run } from '../../device/device.js';
import type { Ports } from '../../port/ports.js';
import { sensor } from './sensor.js';

export const start = (ports: Ports): void => run(ports, sensor(ports.pins));
