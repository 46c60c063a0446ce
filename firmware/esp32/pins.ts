/** The Pins port over ECMA-419 `Digital` and `Analog`. A pin is opened when it is first used. */
import type { Pins } from '../port/pins.js';

export interface PinModules {
  Digital: {
    new (options: { pin: number; mode: number; initialValue?: 0 | 1 }): { write(value: 0 | 1): void };
    readonly Output: number;
  };
  Analog: new (options: { pin: number }) => { read(): number; readonly resolution: number };
}

/** The resolution of an analogue input that the port promises, whatever the converter has. */
const bits = 12;

/** The Pins port. Its calls throw as the modules do on a pin that the chip does not have, or that is in use. */
export function chipPins({ Analog, Digital }: PinModules): Pins {
  const outputs = new Map<number, { write(value: 0 | 1): void }>();
  const inputs = new Map<number, { read(): number; readonly resolution: number }>();
  return {
    write(pin, on) {
      const value = on ? 1 : 0;
      const output = outputs.get(pin);
      if (output) output.write(value);
      else outputs.set(pin, new Digital({ pin, mode: Digital.Output, initialValue: value }));
    },
    sample(pin) {
      let input = inputs.get(pin);
      if (!input) inputs.set(pin, (input = new Analog({ pin })));
      const value = Math.floor(input.read() * 2 ** (bits - input.resolution));
      return Math.max(0, Math.min(2 ** bits - 1, value));
    },
  };
}
