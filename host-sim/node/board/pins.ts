/** The Pins port on a desk: outputs are shown on the console, inputs read what the console last set. */
import type { Pins } from '../../../firmware/port/pins.js';
import type { InputLine } from './consoleLine.js';

export interface SimulatedPins extends Pins {
  /** Sets what `sample` gives from now on, 0 to 4095; anything else is ignored. 0 until it is set. */
  setInput(pin: number, value: number): void;
}

const highestPin = 63;
const highestSample = 4095;

/**
 * @param show told of every write, also of one that changes nothing
 * @param showInput told of each input, the first time that it is read
 */
export function simulatedPins(
  show: (pin: number, on: boolean) => void,
  showInput: (input: InputLine) => void = () => {},
): SimulatedPins {
  const inputs = new Map<number, number>();
  const told = new Set<number>();
  const tell = (pin: number, as: InputLine['as'], idle: number) => {
    if (told.has(pin)) return;
    told.add(pin);
    showInput({ pin, as, idle });
  };
  const check = (pin: number) => {
    if (!Number.isInteger(pin) || pin < 0 || pin > highestPin) throw new RangeError(`there is no pin ${pin}`);
    return pin;
  };
  return {
    write: (pin, on) => show(check(pin), on),
    sample(pin) {
      const value = inputs.get(check(pin)) ?? 0;
      tell(pin, 'analogue', 0);
      return value;
    },
    sense(pin, pull) {
      const idle = pull === 'up' ? 1 : 0;
      const value = inputs.get(check(pin)) ?? idle;
      tell(pin, 'digital', idle);
      return value > 0;
    },
    setInput(pin, value) {
      if (Number.isInteger(value) && value >= 0 && value <= highestSample) inputs.set(pin, value);
    },
  };
}
