/** The Buses port over the SDK's classes of ECMA-419. */
import type { Buses, I2cOptions, PulseOptions, SerialOptions, SpiOptions } from '../port/buses.js';

/** The SDK's classes, as far as they are used here. */
export interface BusModules {
  PWM: new (
    options: PulseOptions,
  ) => {
    readonly hz: number;
    readonly resolution: number;
    write(value: number): void;
    close(): void;
  };
  I2C: new (
    options: I2cOptions,
  ) => {
    read(byteLength: number, stop: boolean): ArrayBuffer;
    write(bytes: Uint8Array, stop: boolean): void;
    writeRead(bytes: Uint8Array, byteLength: number): ArrayBuffer;
    close(): void;
  };
  SPI: new (
    options: SpiOptions & { mode: number },
  ) => {
    transfer(bytes: Uint8Array): void;
    flush(deselect: boolean): void;
    close(): void;
  };
  Serial: new (
    options: SerialOptions & {
      format: 'buffer';
      onReadable(bytes: number): void;
      onWritable(bytes: number): void;
    },
  ) => {
    read(byteLength: number): ArrayBuffer | undefined;
    write(bytes: Uint8Array): void;
    close(): void;
  };
}

/** The Buses port. Its calls throw as the SDK's do: on pins in use, and on what a device does not acknowledge. */
export function chipBuses({ I2C, PWM, SPI, Serial }: BusModules): Buses {
  return {
    openPulse(options) {
      const pin = new PWM(options);
      const { hz, resolution } = pin;
      return { hz, resolution, write: value => pin.write(value), close: () => pin.close() };
    },
    openI2c(options) {
      const bus = new I2C(options);
      return {
        read: (count, stop) => new Uint8Array(bus.read(count, stop)),
        write: (bytes, stop) => bus.write(bytes, stop),
        writeRead: (bytes, count) => new Uint8Array(bus.writeRead(bytes, count)),
        close: () => bus.close(),
      };
    },
    openSpi(options) {
      const bus = new SPI({ mode: 0, ...options });
      return {
        transfer(bytes) {
          // The driver puts what comes in where what goes out stood.
          const both = bytes.slice();
          bus.transfer(both);
          return both;
        },
        flush: deselect => bus.flush(deselect),
        close: () => bus.close(),
      };
    },
    openSerial(options, { onReadable, onWritable }) {
      const line = new Serial({ ...options, format: 'buffer', onReadable, onWritable });
      return {
        read(count) {
          const bytes = count > 0 ? line.read(count) : undefined;
          return bytes ? new Uint8Array(bytes) : new Uint8Array(0);
        },
        write: bytes => line.write(bytes),
        close: () => line.close(),
      };
    },
  };
}
