/** Pulse widths in the shape of ECMA-419. */

import type { PulseOptions, PulseOutput } from '../../port/buses.js';
import { onlyFormat } from './buffer.js';
import { busesOf, type IoHost, type Lease, type OpenIo } from './host.js';

/** The options of a pulse output. */
export interface PwmOptions extends PulseOptions {
  format?: 'number';
}

/** A pin that gives pulses, silent until it is written. */
export interface PwmPin {
  readonly hz: number;
  /** Bits of a value. */
  readonly resolution: number;
  /** @param value 0 (always off) to 2^resolution − 1 (always on) @throws RangeError beyond, Error once closed */
  write(value: number): void;
  /** Idempotent; also done when the app ends. */
  close(): void;
  format: 'number';
}

/** The class of pulse outputs. */
export type PwmClass = new (options: PwmOptions) => PwmPin;

export function pwmClass(host: IoHost, open: OpenIo): PwmClass {
  return class PWM implements PwmPin {
    readonly #lease: Lease<PulseOutput>;
    readonly hz: number;
    readonly resolution: number;

    constructor({ format, hz, pin }: PwmOptions) {
      onlyFormat('number', format);
      this.#lease = open.lease(() => busesOf(host).openPulse({ pin, ...(hz !== undefined && { hz }) }));
      this.hz = this.#lease.opened.hz;
      this.resolution = this.#lease.opened.resolution;
    }

    get format() {
      return 'number' as const;
    }
    set format(format) {
      onlyFormat('number', format);
    }

    write(value: number): void {
      const most = 2 ** this.resolution - 1;
      if (!(value >= 0 && value <= most)) throw new RangeError(`a pulse has 0 to ${most}, not ${value}`);
      this.#lease.opened.write(Math.trunc(value));
    }

    close(): void {
      this.#lease.close();
    }
  };
}
