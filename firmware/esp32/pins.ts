/** The Pins port over ECMA-419 `Digital` and `Analog`. A pin is opened when it is first used, for what it is used as. */
import type { Pins, Pull } from '../port/pins.js';

/** An open digital pin of the SDK. */
interface DigitalPin {
  read(): number;
  write(value: 0 | 1): void;
  close(): void;
}

/** The SDK's classes, as far as they are used here. */
export interface PinModules {
  Digital: {
    new (options: { pin: number; mode: number; initialValue?: 0 | 1 }): DigitalPin;
    readonly Output: number;
    readonly Input: number;
    readonly InputPullUp: number;
    readonly InputPullDown: number;
  };
  Analog: new (options: { pin: number }) => { read(): number; readonly resolution: number };
}

/** The resolution of an analogue input that the port promises, whatever the converter has. */
const bits = 12;

/** The Pins port. Its calls throw as the modules do on a pin that the chip does not have, or that is in use. */
export function chipPins({ Analog, Digital }: PinModules): Pins {
  const digital = new Map<number, { pin: DigitalPin; mode: number }>();
  const analog = new Map<number, { read(): number; readonly resolution: number }>();
  const modes: Readonly<Record<Pull, number>> = {
    none: Digital.Input,
    up: Digital.InputPullUp,
    down: Digital.InputPullDown,
  };

  /** The pin in that mode; one that was open in another is opened anew. */
  function open(pin: number, mode: number, initialValue?: 0 | 1): DigitalPin {
    const before = digital.get(pin);
    if (before?.mode === mode) {
      if (initialValue !== undefined) before.pin.write(initialValue);
      return before.pin;
    }
    before?.pin.close();
    digital.delete(pin);
    const opened = new Digital({ pin, mode, ...(initialValue !== undefined && { initialValue }) });
    digital.set(pin, { pin: opened, mode });
    return opened;
  }

  return {
    write: (pin, on) => void open(pin, Digital.Output, on ? 1 : 0),
    sense: (pin, pull) => open(pin, modes[pull]).read() === 1,
    sample(pin) {
      let input = analog.get(pin);
      if (!input) analog.set(pin, (input = new Analog({ pin })));
      const value = Math.floor(input.read() * 2 ** (bits - input.resolution));
      return Math.max(0, Math.min(2 ** bits - 1, value));
    },
  };
}
