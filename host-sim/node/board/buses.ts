/**
 * The Buses port on a desk: devices are objects of whoever holds the board, and what the board sends is shown. It runs
 * on every engine.
 */
import type {
  Buses,
  I2cDevice,
  I2cOptions,
  PulseOptions,
  PulseOutput,
  SpiDevice,
  SpiOptions,
} from '../../../firmware/port/buses.js';
import type { Clock } from '../../../firmware/port/clock.js';
import { type SimulatedLine, simulatedLines } from './serialLines.js';

/** A device on a simulated I²C bus. What it throws, the board's driver gets. */
export interface SimulatedI2c {
  write(bytes: Uint8Array): void;
  read(count: number): Uint8Array;
}

/** A device on a simulated SPI bus: the bytes that come in while those go out; zeros follow what is shorter. */
export type SimulatedSpi = (out: Uint8Array) => Uint8Array;

/** Something that the board sent. */
export type BusEvent =
  | { pulse: number; hz: number; value: number }
  | { i2c: number; wrote: Uint8Array }
  | { spi: number; wrote: Uint8Array }
  | { serial: number; wrote: Uint8Array };

export interface SimulatedBuses extends Buses {
  /** Puts a device at an address; it answers on whichever pins the board opens a bus. */
  attachI2c(address: number, device: SimulatedI2c): void;
  /** Puts a device at a select pin; −1 is the one of a bus without. */
  attachSpi(select: number, device: SimulatedSpi): void;
  /** The other end of a line: by its port, else its transmit pin, else its receive pin. */
  line(number: number): SimulatedLine;
}

const PULSE_BITS = 10;
const PULSE_HZ = 1000;

/** @param show told of all that the board sends */
export function simulatedBuses(
  clock: Pick<Clock, 'after'>,
  show: (event: BusEvent) => void = () => {},
): SimulatedBuses {
  const onI2c = new Map<number, SimulatedI2c>();
  const onSpi = new Map<number, SimulatedSpi>();
  const inUse = new Set<string>();
  const take = (what: string): (() => void) => {
    if (inUse.has(what)) throw new RangeError(`${what} is in use`);
    inUse.add(what);
    return () => void inUse.delete(what);
  };
  const lines = simulatedLines(clock, take, (serial, wrote) => show({ serial, wrote }));
  return {
    openPulse: options => openPulse(options, take, show),
    openI2c: options => openI2c(options, onI2c, take, show),
    openSpi: options => openSpi(options, onSpi, take, show),
    openSerial: lines.open,
    attachI2c: (address, device) => void onI2c.set(address, device),
    attachSpi: (select, device) => void onSpi.set(select, device),
    line: lines.line,
  };
}

type Take = (what: string) => () => void;
type Show = (event: BusEvent) => void;

function openPulse({ hz = PULSE_HZ, pin }: PulseOptions, take: Take, show: Show): PulseOutput {
  const close = take(`pin ${pin}`);
  return { hz, resolution: PULSE_BITS, write: value => show({ pulse: pin, hz, value }), close };
}

function openI2c(
  { address, clock, data }: I2cOptions,
  devices: ReadonlyMap<number, SimulatedI2c>,
  take: Take,
  show: Show,
): I2cDevice {
  const close = take(`address ${address} on pins ${data} and ${clock}`);
  const device = () => {
    const found = devices.get(address);
    if (!found) throw new Error(`nothing answers at address ${address} on pins ${data} and ${clock}`);
    return found;
  };
  const write = (bytes: Uint8Array) => {
    device().write(bytes);
    show({ i2c: address, wrote: bytes.slice() });
  };
  const read = (count: number) => exactly(device().read(count), count);
  return {
    read,
    write,
    writeRead(bytes, count) {
      write(bytes);
      return read(count);
    },
    close,
  };
}

function openSpi(
  { select = -1 }: SpiOptions,
  devices: ReadonlyMap<number, SimulatedSpi>,
  take: Take,
  show: Show,
): SpiDevice {
  const close = take(`select pin ${select}`);
  return {
    transfer(bytes) {
      show({ spi: select, wrote: bytes.slice() });
      // A line that nobody drives is pulled to neither side; zeros stand for that.
      return exactly(devices.get(select)?.(bytes) ?? new Uint8Array(0), bytes.length);
    },
    flush() {},
    close,
  };
}

/** So many bytes: the first of what was given, then zeros. */
function exactly(bytes: Uint8Array, count: number): Uint8Array {
  const whole = new Uint8Array(count);
  whole.set(bytes.subarray(0, count));
  return whole;
}
