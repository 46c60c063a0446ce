/** The simulated buses of a board process, driven and read over its console: settings in, events out. */
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import type { BusEvent, SimulatedBuses } from './buses.js';
import { type RegisterDevice, registers } from './registers.js';

/** One thing that a holder sets of the world around a board. Bytes are `0x…`, 1,024 at most. */
export type BusSetting =
  /** Bytes from a register on, of the device at that address, which is there from then on. `width`: bytes a register. */
  | { i2c: number; register: number; bytes: string; width?: 1 | 2 }
  /** Bytes that come in at the next transfers with that select pin (−1: a bus without). */
  | { spi: number; bytes: string }
  /** Bytes that reach the board on a line: its port, else its transmit pin, else its receive pin. */
  | { serial: number; bytes: string };

/** A bus event as a console says it. */
export type BusLine = { pulse: number; hz: number; value: number } | (BusPlace & { wrote: string });
type BusPlace = { i2c: number } | { spi: number } | { serial: number };

const BYTES_MAX = 1024;
/** Replies that wait for a transfer, of one device. */
const REPLY_BYTES_MAX = 4096;

/** A bus event as a line of the console: its bytes in hex. */
export const busLine = (event: BusEvent): BusLine =>
  'pulse' in event ? event : { ...event, wrote: toHex(event.wrote) };

/** Takes settings, from whoever holds the board. What is no setting, or has no place, is ignored. */
export function busSettings(buses: SimulatedBuses): (setting: unknown) => void {
  const devices = new Map<number, RegisterDevice>();
  const replies = new Map<number, Uint8Array>();

  function setRegisters(address: number, register: unknown, bytes: Uint8Array, width: unknown): void {
    let device = devices.get(address);
    if (!device) {
      device = registers({}, width === 2 ? 2 : 1);
      devices.set(address, device);
      buses.attachI2c(address, device);
    }
    device.set(register as number, bytes);
  }

  function reply(select: number, bytes: Uint8Array): void {
    if (!replies.has(select)) {
      buses.attachSpi(select, out => {
        const waiting = replies.get(select)!;
        replies.set(select, waiting.slice(out.length));
        return waiting;
      });
    }
    const before = replies.get(select) ?? new Uint8Array(0);
    replies.set(select, joined(before, bytes).slice(0, REPLY_BYTES_MAX));
  }

  return setting => {
    const { bytes: text, i2c, register, serial, spi, width } = (setting ?? {}) as Record<string, unknown>;
    if (typeof text !== 'string' || text.length > 2 + 2 * BYTES_MAX) return;
    const bytes = fromHex(text);
    if (!bytes) return;
    try {
      if (isNumber(i2c, 0, 127)) setRegisters(i2c, register, bytes, width);
      else if (isNumber(spi, -1, 63)) reply(spi, bytes);
      else if (isNumber(serial, 0, 63)) buses.line(serial).send(bytes);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // A register that there is not.
    }
  };
}

const isNumber = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
