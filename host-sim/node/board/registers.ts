/** A simulated device with registers, as most sensors on I²C are. It runs on every engine. */
import type { SimulatedI2c } from './buses.js';

const REGISTERS = 256;

/** A device with registers that can be read and set. */
export interface RegisterDevice extends SimulatedI2c {
  /** The bytes from a register on. */
  get(register: number, count?: number): Uint8Array;
  /** Sets bytes from a register on. @throws RangeError on a register that there is not, or bytes beyond the last */
  set(register: number, bytes: ArrayLike<number>): void;
}

/**
 * A device whose first byte written names a register; what follows is stored from there on, and what is read comes from
 * there on, register after register.
 *
 * @param width bytes of one register: 1, or 2 for devices of 16-bit words
 * @example
 * const thermometer = registers({ 0x00: [0x0c, 0x80], 0x0f: [0x01, 0x17] }, 2);
 */
export function registers(values: Record<number, ArrayLike<number>> = {}, width: 1 | 2 = 1): RegisterDevice {
  const memory = new Uint8Array(REGISTERS * width);
  let at = 0;
  const offsetOf = (register: number) => {
    if (!(Number.isInteger(register) && register >= 0 && register < REGISTERS))
      throw new RangeError(`there is no register ${register}`);
    return register * width;
  };
  const device: RegisterDevice = {
    get: (register, count = width) => memory.slice(offsetOf(register), offsetOf(register) + count),
    set: (register, bytes) => memory.set(bytes, offsetOf(register)),
    write(bytes) {
      if (bytes.length === 0) return;
      at = offsetOf(bytes[0]);
      for (const byte of bytes.subarray(1)) memory[at++ % memory.length] = byte;
      // The next read, without another write, begins at the register that was named.
      at = offsetOf(bytes[0]);
    },
    read(count) {
      return Uint8Array.from({ length: count }, () => memory[at++ % memory.length]);
    },
  };
  for (const [register, bytes] of Object.entries(values)) device.set(Number(register), bytes);
  return device;
}
