/** The Pins port on a desk: outputs are shown on the console, inputs read what the console last set. */
import type { Pins } from '../../../firmware/port/pins.js';

export interface SimulatedPins extends Pins {
  /** Sets what `sample` gives from now on, 0 to 4095; anything else is ignored. 0 until it is set. */
  setInput(pin: number, value: number): void;
}

const highestPin = 63;
const highestSample = 4095;

/** @param show told of every write, also of one that changes nothing */
export function simulatedPins(show: (pin: number, on: boolean) => void): SimulatedPins {
  const inputs = new Map<number, number>();
  const check = (pin: number) => {
    if (!Number.isInteger(pin) || pin < 0 || pin > highestPin) throw new RangeError(`there is no pin ${pin}`);
    return pin;
  };
  return {
    write: (pin, on) => show(check(pin), on),
    sample: pin => inputs.get(check(pin)) ?? 0,
    sense: (pin, pull) => (inputs.get(check(pin)) ?? (pull === 'up' ? 1 : 0)) > 0,
    setInput(pin, value) {
      if (Number.isInteger(value) && value >= 0 && value <= highestSample) inputs.set(pin, value);
    },
  };
}
