/**
 * The SDK's modules and the chip, for the ESP32's own main module where there is neither: over the ports of whatever
 * machine this runs in. State lies in `desk`, which the test makes when it starts, as RAM is made at power-on.
 */

import type { NativeCrypto } from '../../../../firmware/crypto/native/native.js';
import type { ChipFunctions } from '../../../../firmware/esp32/chip.js';
import type { NativeJson } from '../../../../firmware/json/native/native.js';
import { portableJson } from '../../../../firmware/json/portable.js';
import type { Sha256 } from '../../../../firmware/port/crypto.js';
import { JsonFault, type JsonScanner } from '../../../../firmware/port/json.js';
import type { Ports } from '../../../../firmware/port/ports.js';

export interface Desk {
  ports: Ports;
  crypto: NonNullable<Ports['crypto']>;
  /** `running`, `nextota` and `journal`. */
  partitions: Map<string, Uint8Array>;
  stores: Map<string, Map<string, Uint8Array>>;
  timers: Map<object, () => void>;
  hashes: Sha256[];
  /** Bytes on the serial line, to the board and from it. */
  toBoard: number[];
  fromBoard: number[];
  restarts: number;
  /** It restarts: what the image still does has no effect. */
  off: boolean;
  slotState: number;
  pins: Map<number, number>;
}

/** The machine's own at each call: the global object of the time at which modules load is constant in XS. */
const place = (): { desk: Desk } => globalThis as unknown as { desk: Desk };
const desk = (): Desk => place().desk;

export function startDesk(desk: Desk): void {
  place().desk = desk;
}

export const Timer = {
  set(callback: () => void, milliseconds = 0): object {
    const id = {};
    const cancel = desk().ports.clock.after(milliseconds, () => {
      desk().timers.delete(id);
      callback();
    });
    desk().timers.set(id, cancel);
    return id;
  },
  repeat(callback: () => void, milliseconds: number): object {
    const id = {};
    const again = (): void => {
      const cancel = desk().ports.clock.after(milliseconds, () => {
        again();
        callback();
      });
      desk().timers.set(id, cancel);
    };
    again();
    return id;
  },
  clear(id: object): void {
    const cancel = desk().timers.get(id);
    if (!cancel) throw new Error('invalid timer');
    desk().timers.delete(id);
    cancel();
  },
};

export class TCP {
  constructor() {
    throw new Error('no network');
  }
}

export class WiFi {
  readonly connection = 200;
  readonly address = undefined;
  connect(): void {}
  disconnect(): void {}
}

const blockLength = 4096;
export const flash = {
  open({ path }: { path: string }) {
    const cells = desk().partitions.get(path);
    if (!cells) throw new Error("can't find partition");
    return {
      status: () => ({ size: cells.length, blockLength, blocks: cells.length / blockLength }),
      read: (count: number, offset: number) => cells.slice(offset, offset + count).buffer,
      write(bytes: Uint8Array, offset: number) {
        for (let i = 0; i < bytes.length; i++) cells[offset + i] &= bytes[i];
      },
      eraseBlock: (block: number) =>
        void cells.fill(0xff, block * blockLength, block * blockLength + blockLength),
      close() {},
    };
  },
};

export const keyValue = {
  open({ path }: { path: string }) {
    const { stores } = desk();
    if (!stores.has(path)) stores.set(path, new Map());
    const values = stores.get(path)!;
    return {
      read: (key: string) => values.get(key)?.slice().buffer,
      write: (key: string, value: Uint8Array) => void values.set(key, value.slice()),
      delete: (key: string) => void values.delete(key),
      close() {},
    };
  },
};

export const config = {};
export const Modules = { archive: [], has: () => false, importNow: () => undefined };
export const Net = { resolve() {} };

export const Resource = { exists: () => false };

export class Digital {
  static Output = 8;
  static Input = 0;
  static InputPullUp = 1;
  static InputPullDown = 2;
  readonly #pin: number;
  constructor({ pin, initialValue }: { pin: number; initialValue?: number }) {
    this.#pin = pin;
    this.write(initialValue ?? 0);
  }
  write(value: number): void {
    desk().pins.set(this.#pin, value);
  }
}

/** PWM, I²C, SPI and serial lines, which the relay leaves alone. */
export class NoBus {
  constructor() {
    throw new Error('no bus');
  }
}

export class Analog {
  readonly resolution = 12;
  read = () => 0;
}

/** ESP-IDF's bootloader with its rollback, for a chip that never updates. */
export class FFI implements Partial<ChipFunctions> {
  chipMilliseconds = () => desk().ports.clock.monotonic();
  chipFillRandom(target: ArrayBuffer, offset: number, length: number): void {
    desk().ports.entropy.fill(new Uint8Array(target, offset, length));
  }
  chipBlindCurve(): void {}
  chipResetReason = () => 1;
  chipRunningSlot = () => 0;
  chipSlotState = () => desk().slotState;
  chipStartNext(): number {
    desk().slotState = 0;
    return 0;
  }
  chipConfirm(): number {
    desk().slotState = 2;
    return 0;
  }
  chipRecovers = () => 0;
  chipForgetOther = () => 0;
  chipFault(): void {
    this.chipRestart();
  }
  chipDeepSleep(): void {
    this.chipRestart();
  }
  chipRestart(): void {
    if (!desk().off) desk().restarts++;
    desk().off = true;
    throw new Error('the board restarts');
  }
  chipProtection = () => 0;
  consoleOpen = () => 0;
  consoleRead(target: ArrayBuffer, most: number): number {
    const bytes = desk().toBoard.splice(0, most);
    new Uint8Array(target).set(bytes);
    return bytes.length;
  }
  consoleWrite(source: ArrayBuffer, offset: number, length: number): number {
    if (!desk().off) desk().fromBoard.push(...new Uint8Array(source, offset, length));
    return length;
  }
}

const bufferOf = (bytes: Uint8Array): ArrayBuffer => bytes.slice().buffer as ArrayBuffer;

const bufferIf = (bytes: Uint8Array | undefined): ArrayBuffer | undefined => bytes && bufferOf(bytes);

/** The C functions' shapes around whatever crypto there is. */
export const nativeFunctions: NativeCrypto = {
  keccak256: bytes => bufferOf(desk().crypto.keccak256(bytes)),
  isKeccak256: (bytes, hash) => desk().crypto.isKeccak256(bytes, hash),
  sha256Begin() {
    desk().hashes.push(desk().crypto.sha256());
    return Uint32Array.of(desk().hashes.length - 1).buffer;
  },
  sha256Update: (state, bytes) => desk().hashes[new Uint32Array(state)[0]].update(bytes),
  sha256End: state => bufferOf(desk().hashes[new Uint32Array(state)[0]].digest()),
  recoverAddress: (digest, signature) => bufferIf(desk().crypto.recoverAddress(digest, signature)),
  sign: (digest, key) => bufferOf(desk().crypto.sign(digest, key)),
  addressOf: key => bufferIf(desk().crypto.addressOf(key)),
  publicKeyOf: key => bufferIf(desk().crypto.publicKeyOf(key)),
  sharedSecret: (key, publicKey) => bufferIf(desk().crypto.sharedSecret(key, publicKey)),
  encrypt: (...values) => bufferOf(desk().crypto.encrypt(...values)),
  decrypt: (...values) => bufferIf(desk().crypto.decrypt(...values)),
};

/** As the SDK binds a C function by its name, "xs_" before it: how a chip's bundle asks for one. */
export const nativeOf = (name: string): unknown =>
  ({ ...nativeFunctions, ...nativeBlsFunctions, ...nativeJsonFunctions })[name.slice(3) as never];

const unasked = (): never => {
  throw new Error('no board here follows the sync committee');
};
export const nativeBlsFunctions = { blsBegin: unasked, blsSubtract: unasked, blsVerify: unasked };

/** Scanners by the place that their state names, as the C functions keep theirs in an ArrayBuffer. */
const scanners: { portable: JsonScanner | undefined }[] = [];
const scannerOf = (state: ArrayBuffer) => scanners[new Uint32Array(state)[0]];

/** The C functions' shapes around the portable scanner. */
export const nativeJsonFunctions: NativeJson = {
  jsonBegin() {
    scanners.push({ portable: undefined });
    return Uint32Array.of(scanners.length - 1).buffer;
  },
  jsonPush(state, plan, bytes, from, kept) {
    const scanner = scannerOf(state);
    scanner.portable ??= portableJson().scanner(plan);
    return scanner.portable.push(bytes, from, kept);
  },
  jsonEnd: (state, kept) => scannerOf(state).portable?.end(kept) ?? -JsonFault.malformed,
};
