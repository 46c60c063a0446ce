/**
 * The Buses port of a board on XS: the simulated buses, which the board's holder drives at the console. They are made
 * once something opens or sets one: a board without takes no memory for them.
 */

import { encodeText } from '../../../firmware/bytes/text.js';
import type {
  Buses,
  I2cDevice,
  I2cOptions,
  PulseOptions,
  PulseOutput,
  SerialEvents,
  SerialOptions,
  SerialPort,
  SpiDevice,
  SpiOptions,
} from '../../../firmware/port/buses.js';
import type { Clock } from '../../../firmware/port/clock.js';
import { parseJson } from '../../../firmware/serial/json.js';
import { type SimulatedBuses, simulatedBuses } from '../../node/board/buses.js';
import { busLine, busSettings } from '../../node/board/busLines.js';
import type { Host } from './host.js';

/** Bounds of the devices that a board is started with, as JSON. */
const DEVICES_MAX = { bytes: 65_536, depth: 4, values: 2048 };

interface Made {
  buses: SimulatedBuses;
  set(setting: unknown): void;
}

/** The buses, and what takes the holder's settings of them. */
export class HostBuses implements Buses {
  readonly #clock: Clock;
  readonly #host: Pick<Host, 'send'>;
  #made: Made | undefined;

  /** @param devices JSON: a list of settings, for what is there from the start on. What is no list is ignored */
  constructor(host: Pick<Host, 'send'>, clock: Clock, devices?: string) {
    this.#clock = clock;
    this.#host = host;
    if (devices === undefined) return;
    const parsed = parseJson(encodeText(devices), DEVICES_MAX);
    const settings = parsed.verdict === 'accepted' ? parsed.value : undefined;
    if (Array.isArray(settings)) for (const setting of settings) this.set(setting);
  }

  /** Sets what a device on a bus has, or sends. What is no setting is ignored. */
  set(setting: unknown): void {
    this.#all().set(setting);
  }

  openPulse(options: PulseOptions): PulseOutput {
    return this.#all().buses.openPulse(options);
  }

  openI2c(options: I2cOptions): I2cDevice {
    return this.#all().buses.openI2c(options);
  }

  openSpi(options: SpiOptions): SpiDevice {
    return this.#all().buses.openSpi(options);
  }

  openSerial(options: SerialOptions, events: SerialEvents): SerialPort {
    return this.#all().buses.openSerial(options, events);
  }

  #all(): Made {
    if (!this.#made) {
      const host = this.#host;
      const buses = simulatedBuses(this.#clock, event => host.send(JSON.stringify({ bus: busLine(event) })));
      this.#made = { buses, set: busSettings(buses) };
    }
    return this.#made;
  }
}
