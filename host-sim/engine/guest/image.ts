/** The image of a machine, which its script leaves as a global. */
import type { Ports } from '../../../firmware/port/ports.js';

type ImageGlobal = { image?: { start(ports: Ports): void } };

export const startImage = (ports: Ports): void => (globalThis as ImageGlobal).image!.start(ports);
