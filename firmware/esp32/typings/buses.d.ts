/** Moddable SDK 8.2: modules/io/pwm, i2c, spi and serial for esp32, as far as they are used here. */

declare module 'embedded:io/pwm' {
  class PWM {
    constructor(options: { pin: number; hz?: number });
    readonly hz: number;
    /** Bits of a value. */
    readonly resolution: number;
    write(value: number): void;
    close(): void;
  }
  export default PWM;
}

declare module 'embedded:io/i2c' {
  class I2C {
    constructor(options: { data: number; clock: number; hz: number; address: number; port?: number });
    read(byteLength: number, stop?: boolean): ArrayBuffer;
    write(bytes: Uint8Array, stop?: boolean): void;
    /** Not of the standard: a write, a repeated start and a read. */
    writeRead(bytes: Uint8Array, byteLength: number): ArrayBuffer;
    close(): void;
  }
  export default I2C;
}

declare module 'embedded:io/spi' {
  class SPI {
    constructor(options: {
      clock: number;
      out?: number;
      in?: number;
      select?: number;
      active?: 0 | 1;
      hz: number;
      mode?: number;
      port?: number;
    });
    /** In place. */
    transfer(bytes: Uint8Array): void;
    flush(deselect?: boolean): void;
    close(): void;
  }
  export default SPI;
}

declare module 'embedded:io/serial' {
  class Serial {
    constructor(options: {
      receive?: number;
      transmit?: number;
      baud: number;
      port?: number;
      format: 'buffer';
      onReadable(bytes: number): void;
      onWritable(bytes: number): void;
    });
    read(byteLength: number): ArrayBuffer | undefined;
    write(bytes: Uint8Array): void;
    close(): void;
  }
  export default Serial;
}
