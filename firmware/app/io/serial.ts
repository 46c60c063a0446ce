/** Serial lines in the shape of ECMA-419. */

import type { SerialOptions as LineOptions, SerialPort } from '../../port/buses.js';
import { arrayBufferOf, type ByteBuffer, bytesOf, checkCount, TRANSFER_BYTES_MAX } from './buffer.js';
import { busesOf, type IoHost, type Lease, type OpenIo } from './host.js';

type Format = 'number' | 'buffer';

/** The options of a serial line; each callback gets the line as `this`, and is called from the event loop alone. */
export interface SerialOptions extends LineOptions {
  /** `buffer` if left out. With `number`, read and write take one byte. */
  format?: Format;
  /** @param bytes that wait to be read */
  onReadable?(this: SerialIo, bytes: number): void;
  /** @param bytes there is room for; called once after the line was opened, and when room came free */
  onWritable?(this: SerialIo, bytes: number): void;
}

/** A serial line. Reading never waits: it gives undefined when nothing has come. */
export interface SerialIo {
  /** All that has come: one byte as a number, or an ArrayBuffer, by the format. */
  read(): number | ArrayBuffer | undefined;
  /** At most so many bytes. */
  read(byteLength: number): ArrayBuffer | undefined;
  /** Fills the buffer from its start; the number of bytes that came. */
  read(buffer: ByteBuffer): number | undefined;
  /** @throws Error when there is no room for all of it; then nothing is written */
  write(data: number | ByteBuffer): void;
  /** Idempotent; nobody is called any more. Also done when the app ends. */
  close(): void;
  format: Format;
}

/** The class of serial lines. */
export type SerialClass = new (options: SerialOptions) => SerialIo;

function checkFormat(format: Format): Format {
  if (format !== 'number' && format !== 'buffer') throw new RangeError(`a line has no format ${format}`);
  return format;
}

export function serialClass(host: IoHost, open: OpenIo): SerialClass {
  return class Serial implements SerialIo {
    readonly #lease: Lease<SerialPort>;
    #format: Format;

    constructor({ format = 'buffer', onReadable, onWritable, ...options }: SerialOptions) {
      this.#format = checkFormat(format);
      if (!(options.baud > 0)) throw new RangeError(`a line has 1 baud at least, not ${options.baud}`);
      if (options.receive === undefined && options.transmit === undefined)
        throw new RangeError('a line has a pin to receive, to transmit, or both');
      const told = (call: SerialOptions['onReadable']) => (bytes: number) => {
        if (call && this.#lease.isOpen()) host.callBack(() => call.call(this, bytes));
      };
      this.#lease = open.lease(() =>
        busesOf(host).openSerial(options, { onReadable: told(onReadable), onWritable: told(onWritable) }),
      );
    }

    get format() {
      return this.#format;
    }
    set format(format) {
      this.#format = checkFormat(format);
    }

    read(): number | ArrayBuffer | undefined;
    read(byteLength: number): ArrayBuffer | undefined;
    read(buffer: ByteBuffer): number | undefined;
    read(into?: number | ByteBuffer): number | ArrayBuffer | undefined {
      const line = this.#lease.opened;
      if (this.#format === 'number') return line.read(1)[0];
      const target = typeof into === 'object' ? bytesOf(into) : undefined;
      const bytes = line.read(target?.length ?? checkCount((into as number) ?? TRANSFER_BYTES_MAX));
      if (bytes.length === 0) return undefined;
      target?.set(bytes);
      return target ? bytes.length : arrayBufferOf(bytes);
    }

    write(data: number | ByteBuffer): void {
      const bytes = typeof data === 'number' ? Uint8Array.of(data) : bytesOf(data);
      this.#lease.opened.write(bytes);
    }

    close(): void {
      this.#lease.close();
    }
  };
}
