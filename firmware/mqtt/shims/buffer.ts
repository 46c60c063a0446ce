/**
 * Stands for npm `buffer` where mqtt-packet is bundled for a board: only what that package calls. The whole of `buffer`
 * takes 30 KB of bytecode.
 */
import { concat } from '../../bytes/concat.js';
import { decodeText, encodeText } from '../../bytes/text.js';

type Content = string | ArrayLike<number> | ArrayBuffer;

/** True for an ArrayBuffer, of another realm too. */
const isMemory = (content: Exclude<Content, string>): content is ArrayBuffer =>
  !ArrayBuffer.isView(content) && 'byteLength' in content;

export class Buffer extends Uint8Array {
  // biome-ignore lint/suspicious/noExplicitAny: Uint8Array.from has another signature
  static override from(content: any, offset?: any, length?: any): Buffer {
    const given = content as Content;
    if (typeof given === 'string') return Buffer.#copy(encodeText(given));
    if (isMemory(given)) return new Buffer(given, offset, length);
    return Buffer.#copy(given);
  }

  static alloc(length: number): Buffer {
    return new Buffer(length);
  }

  static allocUnsafe(length: number): Buffer {
    return new Buffer(length);
  }

  static byteLength(content: string | Uint8Array): number {
    return typeof content === 'string' ? encodeText(content).length : content.length;
  }

  static isBuffer(value: unknown): value is Buffer {
    return value instanceof Buffer;
  }

  static concat(parts: readonly Uint8Array[]): Buffer {
    return new Buffer(concat(...parts).buffer as ArrayBuffer);
  }

  static #copy(bytes: ArrayLike<number>): Buffer {
    const copy = new Buffer(bytes.length);
    copy.set(bytes);
    return copy;
  }

  readUInt8(at = 0): number {
    return this.#byte(at);
  }

  readUInt16BE(at = 0): number {
    return this.#byte(at) * 0x100 + this.#byte(at + 1);
  }

  readUInt32BE(at = 0): number {
    return this.readUInt16BE(at) * 0x10000 + this.readUInt16BE(at + 2);
  }

  writeUInt8(value: number, at = 0): number {
    this[at] = value;
    return at + 1;
  }

  writeUInt16BE(value: number, at = 0): number {
    this.writeUInt8(value >>> 8, at);
    return this.writeUInt8(value & 0xff, at + 1);
  }

  writeUInt32BE(value: number, at = 0): number {
    this.writeUInt16BE(value >>> 16, at);
    return this.writeUInt16BE(value & 0xffff, at + 2);
  }

  copy(target: Uint8Array, at = 0): number {
    target.set(this, at);
    return this.length;
  }

  // biome-ignore lint/suspicious/noExplicitAny: no copy, as in Node and unlike Uint8Array
  override slice(start?: number, end?: number): any {
    return this.subarray(start, end);
  }

  /** Throws a RangeError on what is not UTF-8, which no MQTT text may be (MQTT 5, 1.5.4). */
  override toString(_encoding?: string, start = 0, end = this.length): string {
    const text = decodeText(new Uint8Array(this.buffer, this.byteOffset, this.length).subarray(start, end));
    if (text === undefined) throw new RangeError('a text that is not UTF-8');
    return text;
  }

  #byte(at: number): number {
    const byte = this[at];
    if (byte === undefined) throw new RangeError('beyond the end');
    return byte;
  }
}
