/** Input and output in the shapes of ECMA-419 (Ecma TC53, IO classes), over the pins that the platform has. */

import type { Pins } from '../port/pins.js';

/** Milliseconds between two looks at an input whose edges somebody waits for. */
const LOOK_MS = 20;

/** The options of a digital pin; `onReadable` of an input is called after an edge. */
export interface DigitalOptions {
  pin: number;
  /** `Digital.Input`, `InputPullUp`, `InputPullDown` or `Output`. */
  mode: number;
  /** `Digital.Rising`, `Falling` or both together; both if left out. */
  edge?: number;
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

/** An analogue input: 0 to 2^resolution − 1. */
export interface AnalogPin {
  readonly resolution: number;
  read(): number;
  close(): void;
}

/** The class of analogue inputs. */
export type AnalogClass = new (options: { pin: number }) => AnalogPin;

/** The classes of pins. */
export interface Io {
  readonly Digital: DigitalClass;
  readonly Analog: AnalogClass;
}

/** A function that is called again and again until the function that it returned was called. */
type Every = (periodMs: number, run: () => unknown) => () => void;

/** The classes over a platform's pins; made when an app first asks for them. */
export function ioOf(pins: Pins, every: Every): Io {
  class Digital implements DigitalPin {
    static readonly Input = 0;
    static readonly InputPullUp = 1;
    static readonly InputPullDown = 2;
    static readonly Output = 8;
    static readonly Rising = 1;
    static readonly Falling = 2;
    readonly pin: number;
    readonly mode: number;
    /** The last value that was written, or seen. */
    value = 0;
    stop: (() => void) | undefined;

    constructor({ edge = 3, mode, onReadable, pin }: DigitalOptions) {
      if (![0, 1, 2, 8].includes(mode)) throw new RangeError(`a digital pin has no mode ${mode}`);
      if (mode !== 8 && !pins.sense) throw new Error('this platform has no digital inputs');
      this.pin = pin;
      this.mode = mode;
      if (mode === 8) return;
      this.value = this.read();
      if (!onReadable) return;
      this.stop = every(LOOK_MS, () => {
        const before = this.value;
        this.value = this.read();
        const seen = this.value - before;
        if ((seen === 1 && edge & 1) || (seen === -1 && edge & 2)) onReadable.call(this);
      });
    }

    read(): number {
      if (this.mode === 8) return this.value;
      return pins.sense!(this.pin, this.mode === 1) ? 1 : 0;
    }

    write(value: number): void {
      if (this.mode !== 8) throw new Error(`pin ${this.pin} is an input`);
      this.value = value ? 1 : 0;
      pins.write(this.pin, this.value === 1);
    }

    close(): void {
      this.stop?.();
      this.stop = undefined;
    }
  }

  class Analog implements AnalogPin {
    readonly resolution = 12;
    readonly pin: number;

    constructor({ pin }: { pin: number }) {
      this.pin = pin;
    }

    read(): number {
      return pins.sample(this.pin);
    }

    close(): void {}
  }

  return { Digital, Analog };
}
