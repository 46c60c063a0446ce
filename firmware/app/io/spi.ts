/** SPI in the shape of ECMA-419: an instance is one device on a bus. */

import type { SpiOptions as BusOptions, SpiDevice } from '../../port/buses.js';
import { type ByteBuffer, bytesOf, onlyFormat, readInto } from './buffer.js';
import { busesOf, type IoHost, type Lease, type OpenIo } from './host.js';

/** The options of an SPI device. */
export interface SpiOptions extends BusOptions {
  format?: 'buffer';
}

/** A device on an SPI bus. */
export interface SpiIo {
  /** So many bytes, 4,096 at most, while zeros go out. */
  read(byteLength: number): ArrayBuffer;
  /** Fills the buffer; the number of its bytes. */
  read(buffer: ByteBuffer): number;
  /** Writes; what comes in is dropped. */
  write(buffer: ByteBuffer): void;
  /** Writes the buffer and fills it with what comes in meanwhile. */
  transfer(buffer: ByteBuffer): void;
  flush(deselect?: boolean): void;
  /** Idempotent; also done when the app ends. */
  close(): void;
  format: 'buffer';
}

/** The class of SPI devices. */
export type SpiClass = new (options: SpiOptions) => SpiIo;

export function spiClass(host: IoHost, open: OpenIo): SpiClass {
  return class SPI implements SpiIo {
    readonly #lease: Lease<SpiDevice>;

    constructor({ format, ...options }: SpiOptions) {
      onlyFormat('buffer', format);
      if (![0, 1, 2, 3].includes(options.mode ?? 0)) throw new RangeError(`SPI has no mode ${options.mode}`);
      if (!(options.hz > 0)) throw new RangeError(`a bus has 1 hz at least, not ${options.hz}`);
      this.#lease = open.lease(() => busesOf(host).openSpi(options));
    }

    get format() {
      return 'buffer' as const;
    }
    set format(format) {
      onlyFormat('buffer', format);
    }

    read(byteLength: number): ArrayBuffer;
    read(buffer: ByteBuffer): number;
    read(into: number | ByteBuffer): ArrayBuffer | number {
      return readInto(into, count => this.#lease.opened.transfer(new Uint8Array(count)));
    }

    write(buffer: ByteBuffer): void {
      this.#lease.opened.transfer(bytesOf(buffer).slice());
    }

    transfer(buffer: ByteBuffer): void {
      const bytes = bytesOf(buffer);
      bytes.set(this.#lease.opened.transfer(bytes.slice()));
    }

    flush(deselect = false): void {
      this.#lease.opened.flush(deselect);
    }

    close(): void {
      this.#lease.close();
    }
  };
}
