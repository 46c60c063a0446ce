/**
 * A driver exactly in the shape of ECMA-419's sensor classes (`constructor({ sensor, alert, onError })`, `configure`,
 * `sample`, `close`), for a thermometer with 16-bit registers as TI's TMP117. It was written here: no package with such
 * drivers is published. It knows nothing of this framework, and imports nothing.
 */

interface Registers {
  readUint16(register: number, bigEndian?: boolean): number;
  writeUint16(register: number, value: number, bigEndian?: boolean): void;
  close(): void;
}

interface Options {
  sensor: { io: new (options: never) => unknown; [option: string]: unknown };
  alert?: { io: (new (options: never) => unknown) & Record<string, number>; pin: number };
  onAlert?(): void;
  onError?(message: string): void;
}

const Register = { TEMPERATURE: 0, CONFIGURATION: 1, HIGH: 2, LOW: 3, CHIP: 15 } as const;
const CHIP = 0x117;
const DEGREES = 1 / 128;

export default class Thermometer {
  #io: Registers | undefined;
  #alert: { close(): void } | undefined;

  constructor({ alert, onAlert, onError, sensor }: Options) {
    const { io: Io, ...rest } = sensor;
    const io = new Io({ hz: 400_000, address: 0x48, ...rest } as never) as Registers;
    if ((io.readUint16(Register.CHIP, true) & 0x0fff) !== CHIP) {
      onError?.('unexpected sensor');
      io.close();
      return;
    }
    this.#io = io;
    if (!alert || !onAlert) return;
    const { io: Pin, ...pin } = alert;
    this.#alert = new Pin({
      mode: Pin.InputPullUp,
      ...pin,
      edge: Pin.Falling,
      onReadable: onAlert,
    } as never) as { close(): void };
  }

  configure({
    highTemperature,
    lowTemperature,
  }: {
    highTemperature?: number;
    lowTemperature?: number;
  }): void {
    if (highTemperature !== undefined)
      this.#io!.writeUint16(Register.HIGH, (highTemperature / DEGREES) & 0xffff, true);
    if (lowTemperature !== undefined)
      this.#io!.writeUint16(Register.LOW, (lowTemperature / DEGREES) & 0xffff, true);
  }

  sample(): { thermometer: { temperature: number } } | undefined {
    const value = this.#io?.readUint16(Register.TEMPERATURE, true);
    if (value === undefined) return undefined;
    return { thermometer: { temperature: (value > 0x7fff ? value - 0x10000 : value) * DEGREES } };
  }

  close(): void {
    this.#io?.close();
    this.#io = undefined;
    this.#alert?.close();
  }
}
