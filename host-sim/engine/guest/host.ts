/**
 * The host program's functions (host/ports.c) for the machines that it runs. Bytes come as ArrayBuffers; every function
 * throws an Error of the machine on misuse.
 */
import type { NativeCrypto } from '../../../firmware/crypto/native/native.js';
import type { NativeBls } from '../../../firmware/crypto/native/nativeBls.js';
import type { NativeJson } from '../../../firmware/json/native/native.js';
import type { PartitionName } from '../../../firmware/port/flash.js';

export interface FlashHost {
  partitionSize(name: PartitionName): number;
  flashRead(name: PartitionName, offset: number, length: number): ArrayBuffer;
  flashWrite(name: PartitionName, offset: number, bytes: Uint8Array): void;
  flashErase(name: PartitionName, offset: number): void;
}

export interface Host extends FlashHost {
  /** Milliseconds, with a fraction. */
  monotonic(): number;
  setTimer(id: number, milliseconds: number): void;
  clearTimer(id: number): void;
  fillRandom(target: Uint8Array): void;
  connect(id: number, host: string, port: number): void;
  /** Undefined when nothing waits; all that waits when `count` is negative. */
  read(id: number, count: number): ArrayBuffer | undefined;
  /** Bytes that may still be written. */
  write(id: number, bytes: Uint8Array): number;
  close(id: number): void;
  /** Bytes of the running image. */
  imageRead(offset: number, length: number): ArrayBuffer;
  setPending(length: number): void;
  confirm(): void;
  /** From now on every function throws. */
  restart(reason: string): void;
  /** The reason why this body of an app image is no app; undefined where it may be. Nothing runs. */
  appRefusal(body: Uint8Array): string | undefined;
  /** The function that the body is, not called yet. From then on no global can be added or replaced. */
  appRun(body: Uint8Array): (require: (name: string) => object) => unknown;
  /** One line of JSON in ASCII to the console. */
  send(line: string): void;
  /** Bytes that the console's reader has not read. */
  backlog(): number;
  /** The console talks nonsense: the board ends. */
  lost(): void;
  native?: NativeCrypto & NativeBls & NativeJson;
}

/** The functions that the host calls; of all but `start` and `describe` it ignores the value. */
export interface Guest {
  start(): void;
  timer(id: number): void;
  readable(id: number, count: number): void;
  writable(id: number, count: number): void;
  closed(id: number, cause: string | undefined): void;
  /** A line from the console: text if it is ASCII. */
  line(line: string | ArrayBuffer): void;
  /** Text for whatever was thrown, in ASCII. */
  describe(error: unknown): string;
}
