/** The loader in a chip's ROM and its stub, as far as flashing goes, after esptool's serial protocol; its flash is an array. */
import { createHash } from 'node:crypto';
import { constants, inflateSync } from 'node:zlib';
import { chips, type Target } from '../../../tools/chip/chips.js';
import { packetReader, slip } from './slip.js';

export interface FakeChipOptions {
  target?: Target;
  flashMib?: number;
  /** The chip's number, as its address has it. */
  number?: number;
  /** Bits of the fuse that counts how often encryption was switched. */
  cryptCount?: number;
  /** Added to the offset of all that is written: wiring gone wrong, or a lying adapter. */
  astray?: number;
  /** Its stub says nothing when it is started. */
  stubless?: boolean;
}

const operations = {
  memBegin: 0x05,
  memEnd: 0x06,
  memData: 0x07,
  sync: 0x08,
  writeRegister: 0x09,
  readRegister: 0x0a,
  attach: 0x0d,
  speed: 0x0f,
  deflateBegin: 0x10,
  deflateData: 0x11,
  deflateEnd: 0x12,
  md5: 0x13,
  security: 0x14,
  erase: 0xd0,
} as const;

const MAGIC_REGISTER = 0x4000_1000;
const SECTOR_BYTES = 4096;
/** Places of the flash controller: its base, and the word that holds an answer. */
const controllers: Readonly<Record<Target, readonly [base: number, word: number]>> = {
  esp32: [0x3ff4_2000, 0x80],
  esp32s3: [0x6000_2000, 0x58],
  esp32c3: [0x6000_2000, 0x58],
  esp32c6: [0x6000_3000, 0x58],
};

interface Answer {
  value?: number;
  data?: Buffer;
  status?: readonly [failed: number, reason: number];
}

const refused = (reason: number): Answer => ({ status: [1, reason] });

export class FakeChip {
  /** `app`: the image runs, and the loader hears nothing. */
  mode: 'rom' | 'stub' | 'app' = 'app';
  baud = 115_200;
  readonly flash: Uint8Array;
  /** Commands that it took, by number. */
  readonly taken: number[] = [];
  /** Told of each packet of an answer. */
  say: (bytes: Uint8Array) => void = () => {};
  readonly #options: FakeChipOptions;
  readonly #target: Target;
  readonly #take: (bytes: Uint8Array) => void;
  #deflated = Buffer.alloc(0);
  #offset = 0;

  constructor(options: FakeChipOptions = {}) {
    this.#options = options;
    this.#target = options.target ?? 'esp32c3';
    this.flash = new Uint8Array((options.flashMib ?? 4) << 20).fill(0xff);
    this.#take = packetReader(packet => this.#packet(packet));
  }

  /** Starts it: into its loader when the one line asks for that, else into the image. */
  start(loader: boolean): void {
    this.mode = loader ? 'rom' : 'app';
    this.baud = 115_200;
  }

  receive(bytes: Uint8Array): void {
    if (this.mode !== 'app') this.#take(bytes);
  }

  #packet(packet: Buffer): void {
    if (packet.length < 8 || packet[0] !== 0) return;
    const operation = packet[1];
    const data = packet.subarray(8);
    this.taken.push(operation);
    const complete = packet.readUInt16LE(2) === data.length;
    const answer = complete ? this.#do(operation, data, packet.readUInt32LE(4)) : refused(0xc1);
    const times = operation === operations.sync ? 8 : 1;
    for (let i = 0; i < times; i++) this.#say(operation, answer);
    if (operation === operations.speed) this.baud = data.readUInt32LE(0);
    if (operation !== operations.memEnd || this.#options.stubless) return;
    this.mode = 'stub';
    this.say(slip(Buffer.from('OHAI')));
  }

  #do(operation: number, data: Buffer, checksum: number): Answer {
    const word = (index: number) => data.readUInt32LE(4 * index);
    switch (operation) {
      case operations.sync:
        return { value: this.mode === 'rom' ? 0x2012_0707 : 0 };
      case operations.security:
        return this.#target === 'esp32' ? refused(0x05) : { data: this.#security() };
      case operations.readRegister:
        return { value: this.#register(word(0)) };
      case operations.writeRegister:
      case operations.attach:
      case operations.memBegin:
      case operations.memData:
      case operations.memEnd:
      case operations.speed:
      case operations.deflateEnd:
        return {};
      case operations.erase:
        this.flash.fill(0xff);
        return {};
      case operations.deflateBegin:
        this.#offset = word(3) + (this.#options.astray ?? 0);
        this.#deflated = Buffer.alloc(0);
        return {};
      case operations.deflateData:
        return this.#block(data.subarray(16), checksum);
      case operations.md5: {
        const sum = createHash('md5').update(this.flash.subarray(word(0), word(0) + word(1)));
        return { data: this.mode === 'stub' ? sum.digest() : Buffer.from(sum.digest('hex')) };
      }
      default:
        return refused(0x05);
    }
  }

  #block(block: Buffer, checksum: number): Answer {
    if (block.reduce((sum, byte) => sum ^ byte, 0xef) !== checksum) return refused(0xc2);
    // Without a look at its number, as the stub does: a block that is sent twice spoils what follows.
    this.#deflated = Buffer.concat([this.#deflated, block]);
    try {
      const bytes = inflateSync(this.#deflated, { finishFlush: constants.Z_SYNC_FLUSH });
      const end = Math.ceil((this.#offset + bytes.length) / SECTOR_BYTES) * SECTOR_BYTES;
      this.flash.fill(0xff, this.#offset, end);
      this.flash.set(bytes, this.#offset);
      return {};
    } catch {
      return refused(0xc5);
    }
  }

  #security(): Buffer {
    const said = Buffer.alloc(20);
    said[4] = this.#options.cryptCount ?? 0;
    said.writeUInt32LE(chips[this.#target].id, 12);
    return said;
  }

  #register(address: number): number {
    const [base, word] = controllers[this.#target];
    if (address === MAGIC_REGISTER) return this.#target === 'esp32' ? 0x00f0_1d83 : 0;
    // Manufacturer, kind, and the size as a power of two.
    if (address === base + word) return ((0x14 + Math.log2(this.#options.flashMib ?? 4)) << 16) | 0x40c8;
    return address >= base && address < base + 0x100 ? 0 : (this.#options.number ?? 1);
  }

  /** The ROM's status has four bytes, the stub's two. */
  #say(operation: number, { data = Buffer.alloc(0), status = [0, 0], value = 0 }: Answer): void {
    const end = Buffer.from(this.mode === 'stub' ? status : [...status, 0, 0]);
    const head = Buffer.alloc(8);
    head.set([1, operation]);
    head.writeUInt16LE(data.length + end.length, 2);
    head.writeUInt32LE(value >>> 0, 4);
    this.say(slip(Buffer.concat([head, data, end])));
  }
}
