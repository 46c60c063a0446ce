/** SMBus in the shape of ECMA-419: the registers of a device on an I²C bus. */

import { type ByteBuffer, bytesOf } from './buffer.js';
import type { I2cClass, I2cIo, I2cOptions } from './i2c.js';

/** The options of an SMBus device. */
export interface SmbusOptions extends I2cOptions {
  /** True ends the write of a register's number with a stop, for devices that know no repeated start. */
  stop?: boolean;
}

/** A device with registers. Words are little-endian unless `bigEndian` is true. */
export interface SmbusIo extends I2cIo {
  readUint8(register: number): number;
  writeUint8(register: number, value: number): void;
  readUint16(register: number, bigEndian?: boolean): number;
  writeUint16(register: number, value: number, bigEndian?: boolean): void;
  readBuffer(register: number, into: number | ByteBuffer): ArrayBuffer | number;
  writeBuffer(register: number, buffer: ByteBuffer): void;
  receiveByte(): number;
  sendByte(command: number): void;
  readQuick(): void;
  writeQuick(): void;
}

/** The class of devices with registers. */
export type SmbusClass = new (options: SmbusOptions) => SmbusIo;

export function smbusClass(I2C: I2cClass): SmbusClass {
  return class SMBus extends I2C implements SmbusIo {
    readonly #stop: boolean;

    constructor(options: SmbusOptions) {
      super(options);
      this.#stop = options.stop ?? false;
    }

    readUint8(register: number): number {
      return this.#registers(register, 1)[0];
    }

    writeUint8(register: number, value: number): void {
      this.write(Uint8Array.of(register, value));
    }

    readUint16(register: number, bigEndian = false): number {
      const [first, second] = this.#registers(register, 2);
      return bigEndian ? (first << 8) | second : (second << 8) | first;
    }

    writeUint16(register: number, value: number, bigEndian = false): void {
      const [low, high] = [value & 0xff, (value >> 8) & 0xff];
      this.write(bigEndian ? Uint8Array.of(register, high, low) : Uint8Array.of(register, low, high));
    }

    readBuffer(register: number, into: number | ByteBuffer): ArrayBuffer | number {
      if (!this.#stop) return this.writeRead(Uint8Array.of(register), into);
      this.write(Uint8Array.of(register), true);
      return this.read(into as ByteBuffer);
    }

    writeBuffer(register: number, buffer: ByteBuffer): void {
      const bytes = bytesOf(buffer);
      const whole = new Uint8Array(1 + bytes.length);
      whole[0] = register;
      whole.set(bytes, 1);
      this.write(whole);
    }

    receiveByte(): number {
      return new Uint8Array(this.read(1))[0];
    }

    sendByte(command: number): void {
      this.write(Uint8Array.of(command));
    }

    readQuick(): void {
      this.read(0);
    }

    writeQuick(): void {
      this.write(new Uint8Array(0));
    }

    #registers(register: number, count: number): Uint8Array {
      return new Uint8Array(this.readBuffer(register, count) as ArrayBuffer);
    }
  };
}
