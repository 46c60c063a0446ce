/** Digital pins in the shape of ECMA-419. */

import type { Pull } from '../../port/pins.js';
import { onlyFormat } from './buffer.js';
import type { IoHost, Lease, OpenIo } from './host.js';

/** Milliseconds between two looks at an input whose edges somebody waits for. */
const LOOK_MS = 20;

/** The options of a digital pin; `onReadable` of an input is called after an edge. */
export interface DigitalOptions {
  pin: number;
  /** `Digital.Input`, `InputPullUp`, `InputPullDown` or `Output`. */
  mode: number;
  /** `Digital.Rising`, `Falling` or both together; both if left out. */
  edge?: number;
  /** Written to an output as it is opened; without it the pin stays as it is until the first `write`. */
  initialValue?: number;
  format?: 'number';
  /** Called with the pin as `this`, within 20 ms of an edge. A pulse that is shorter may be missed. */
  onReadable?(this: DigitalPin): void;
}

/** A digital pin: 0 or 1. */
export interface DigitalPin {
  read(): number;
  /** @throws Error on an input */
  write(value: number): void;
  /** Idempotent; the pin stays as it is, and nobody is called any more. */
  close(): void;
  format: 'number';
}

/** The class of digital pins. */
export interface DigitalClass {
  new (options: DigitalOptions): DigitalPin;
  readonly Input: 0;
  readonly InputPullUp: 1;
  readonly InputPullDown: 2;
  readonly Output: 8;
  readonly Rising: 1;
  readonly Falling: 2;
}

const pulls: Readonly<Record<number, Pull>> = { 0: 'none', 1: 'up', 2: 'down' };
const output = 8;

export function digitalClass({ every, pins }: IoHost, open: OpenIo): DigitalClass {
  return class Digital implements DigitalPin {
    static readonly Input = 0;
    static readonly InputPullUp = 1;
    static readonly InputPullDown = 2;
    static readonly Output = output;
    static readonly Rising = 1;
    static readonly Falling = 2;
    readonly pin: number;
    readonly mode: number;
    /** The last value that was written, or seen. */
    value = 0;
    readonly #lease: Lease<{ close(): void }>;

    constructor({ edge = 3, format, initialValue, mode, onReadable, pin }: DigitalOptions) {
      onlyFormat('number', format);
      if (mode !== output && pulls[mode] === undefined)
        throw new RangeError(`a digital pin has no mode ${mode}`);
      if (mode !== output && !pins.sense) throw new Error('this platform has no digital inputs');
      this.pin = pin;
      this.mode = mode;
      this.#lease = open.lease(() => {
        if (mode === output) {
          if (initialValue !== undefined) this.write(initialValue);
          return { close() {} };
        }
        this.value = this.read();
        return { close: onReadable ? every(LOOK_MS, () => this.#look(edge, onReadable)) : () => {} };
      });
    }

    close(): void {
      this.#lease.close();
    }

    get format() {
      return 'number' as const;
    }
    set format(format) {
      onlyFormat('number', format);
    }

    read(): number {
      if (this.mode === output) return this.value;
      return pins.sense!(this.pin, pulls[this.mode]) ? 1 : 0;
    }

    write(value: number): void {
      if (this.mode !== output) throw new Error(`pin ${this.pin} is an input`);
      this.value = value ? 1 : 0;
      pins.write(this.pin, this.value === 1);
    }

    #look(edge: number, onReadable: (this: DigitalPin) => void): unknown {
      const before = this.value;
      this.value = this.read();
      const seen = this.value - before;
      if ((seen === 1 && edge & 1) || (seen === -1 && edge & 2)) return onReadable.call(this);
      return undefined;
    }
  };
}
