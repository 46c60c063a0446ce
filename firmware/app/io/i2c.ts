/** I²C in the shape of ECMA-419: an instance is one device on a bus. */

import type { I2cOptions as BusOptions, I2cDevice } from '../../port/buses.js';
import { type ByteBuffer, bytesOf, onlyFormat, readInto } from './buffer.js';
import { busesOf, type IoHost, type Lease, type OpenIo } from './host.js';

/** The options of an I²C device. */
export interface I2cOptions extends BusOptions {
  format?: 'buffer';
}

/** A device on an I²C bus. What it does not acknowledge throws an Error. */
export interface I2cIo {
  /** Exactly so many bytes, 4,096 at most. @param stop false keeps the bus */
  read(byteLength: number, stop?: boolean): ArrayBuffer;
  /** Fills the buffer; the number of its bytes. */
  read(buffer: ByteBuffer, stop?: boolean): number;
  write(buffer: ByteBuffer, stop?: boolean): void;
  /** A write, a repeated start and a read: not of the standard, but of the Moddable SDK, whose drivers use it. */
  writeRead(buffer: ByteBuffer, into: number | ByteBuffer): ArrayBuffer | number;
  /** Idempotent; also done when the app ends. */
  close(): void;
  format: 'buffer';
}

/** The class of I²C devices. */
export type I2cClass = new (options: I2cOptions) => I2cIo;

/** Hertz of the fastest bus (ultra fast mode has 5 MHz). */
const HZ_MAX = 5_000_000;

export function i2cClass(host: IoHost, open: OpenIo): I2cClass {
  return class I2C implements I2cIo {
    readonly #lease: Lease<I2cDevice>;

    constructor({ address, clock, data, format, hz, port }: I2cOptions) {
      onlyFormat('buffer', format);
      if (!(Number.isInteger(address) && address >= 0 && address <= 127))
        throw new RangeError(`an address has 7 bits, not ${address}`);
      if (!(hz > 0 && hz <= HZ_MAX)) throw new RangeError(`a bus has 1 to ${HZ_MAX} hz, not ${hz}`);
      this.#lease = open.lease(() =>
        busesOf(host).openI2c({ data, clock, hz, address, ...(port !== undefined && { port }) }),
      );
    }

    get format() {
      return 'buffer' as const;
    }
    set format(format) {
      onlyFormat('buffer', format);
    }

    read(byteLength: number, stop?: boolean): ArrayBuffer;
    read(buffer: ByteBuffer, stop?: boolean): number;
    read(into: number | ByteBuffer, stop = true): ArrayBuffer | number {
      return readInto(into, count => this.#lease.opened.read(count, stop));
    }

    write(buffer: ByteBuffer, stop = true): void {
      this.#lease.opened.write(bytesOf(buffer), stop);
    }

    writeRead(buffer: ByteBuffer, into: number | ByteBuffer): ArrayBuffer | number {
      return readInto(into, count => this.#lease.opened.writeRead(bytesOf(buffer), count));
    }

    close(): void {
      this.#lease.close();
    }
  };
}
