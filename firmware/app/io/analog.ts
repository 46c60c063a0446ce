/** Analogue inputs in the shape of ECMA-419. */

import { onlyFormat } from './buffer.js';
import type { IoHost } from './host.js';

/** An analogue input: 0 to 2^resolution − 1. */
export interface AnalogPin {
  readonly resolution: number;
  read(): number;
  close(): void;
  format: 'number';
}

/** The class of analogue inputs. */
export type AnalogClass = new (options: { pin: number; format?: 'number' }) => AnalogPin;

export function analogClass({ pins }: IoHost): AnalogClass {
  return class Analog implements AnalogPin {
    readonly resolution = 12;
    readonly pin: number;

    constructor({ format, pin }: { pin: number; format?: 'number' }) {
      onlyFormat('number', format);
      this.pin = pin;
    }

    get format() {
      return 'number' as const;
    }
    set format(format) {
      onlyFormat('number', format);
    }

    read(): number {
      return pins.sample(this.pin);
    }

    close(): void {}
  };
}
