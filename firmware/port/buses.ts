/** The buses of a platform, between digital pins and sockets: pulse widths, I²C, SPI and serial lines. */

/** A pin that gives pulses; silent (0) until it is first written. */
export interface PulseOutput {
  /** Pulses in a second. */
  readonly hz: number;
  /** Bits of a value; 2^resolution − 1 is always on. */
  readonly resolution: number;
  write(value: number): void;
  close(): void;
}

/** One device on an I²C bus. What nobody acknowledges throws. */
export interface I2cDevice {
  /** Exactly `count` bytes. @param stop false keeps the bus for what follows */
  read(count: number, stop: boolean): Uint8Array;
  write(bytes: Uint8Array, stop: boolean): void;
  /** A write, a repeated start, and a read of exactly `count` bytes. */
  writeRead(bytes: Uint8Array, count: number): Uint8Array;
  close(): void;
}

/** One device on an SPI bus: as many bytes come in as go out. */
export interface SpiDevice {
  transfer(bytes: Uint8Array): Uint8Array;
  /** Ends what is under way. @param deselect true gives up the select pin until the next transfer */
  flush(deselect: boolean): void;
  close(): void;
}

/** A serial line. */
export interface SerialPort {
  /** At most `count` of the bytes that have come; empty when there are none. Never waits. */
  read(count: number): Uint8Array;
  /** Throws when there is no room for all of them; then none is taken. */
  write(bytes: Uint8Array): void;
  close(): void;
}

export interface PulseOptions {
  pin: number;
  /** The platform's own when left out. */
  hz?: number;
}

export interface I2cOptions {
  data: number;
  clock: number;
  hz: number;
  /** 7 bits. */
  address: number;
  /** Number of the bus, where a platform has several; any when left out. */
  port?: number;
}

export interface SpiOptions {
  clock: number;
  out?: number;
  in?: number;
  select?: number;
  /** The level that selects: 0 when left out. */
  active?: 0 | 1;
  hz: number;
  /** 0 to 3; 0 when left out. */
  mode?: number;
  port?: number;
}

export interface SerialOptions {
  receive?: number;
  transmit?: number;
  baud: number;
  port?: number;
}

/** Told of what happens on a serial line, never from within a call of it. */
export interface SerialEvents {
  /** @param bytes waiting to be read */
  onReadable(bytes: number): void;
  /** @param bytes there is room for; also told once after the line was opened */
  onWritable(bytes: number): void;
}

/** The buses. Opening throws on pins that the platform does not have or that are in use, and on a bus it lacks. */
export interface Buses {
  openPulse(options: PulseOptions): PulseOutput;
  openI2c(options: I2cOptions): I2cDevice;
  openSpi(options: SpiOptions): SpiDevice;
  openSerial(options: SerialOptions, events: SerialEvents): SerialPort;
}
