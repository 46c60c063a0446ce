/**
 * The host's functions as calls over the line to a parent (desk/stepped.h), by the names of host-sim/board/bridge.ts. A
 * class: see flash.ts.
 */
import type { PartitionName } from '../../../firmware/port/flash.js';
import type { Host } from './host.js';

/** The functions that a stepped board has on its own side, and the one to its parent, which throws the parent's words. */
export interface Line extends Pick<Host, 'appRefusal' | 'appRun' | 'native'> {
  /** Undefined, booleans, numbers, texts and byte arrays; bytes come back as an ArrayBuffer. */
  call(name: string, a?: unknown, b?: unknown, c?: unknown, d?: unknown): unknown;
}

/** Functions of a console that speaks in lines: a stepped board has another. */
type LineConsole = 'backlog' | 'lost' | 'send';

/** A host whose every port is the parent's. */
export class SteppedHost implements Omit<Host, LineConsole> {
  readonly #line: Line;
  readonly native: Host['native'];

  constructor(line: Line) {
    this.#line = line;
    this.native = line.native;
  }

  monotonic(): number {
    return this.#line.call('clock.monotonic') as number;
  }

  setTimer(id: number, milliseconds: number): void {
    this.#line.call('clock.after', id, milliseconds);
  }

  clearTimer(id: number): void {
    this.#line.call('clock.cancel', id);
  }

  fillRandom(target: Uint8Array): void {
    target.set(new Uint8Array(this.#line.call('entropy.fill', target.length) as ArrayBuffer));
  }

  connect(id: number, host: string, port: number): void {
    this.#line.call('socket.connect', id, host, JSON.stringify({ port, secure: false }));
  }

  read(id: number, count: number): ArrayBuffer | undefined {
    const found = this.#line.call('socket.read', id, count) as ArrayBuffer | false;
    return found === false ? undefined : found;
  }

  write(id: number, bytes: Uint8Array): number {
    return this.#line.call('socket.write', id, bytes) as number;
  }

  close(id: number): void {
    this.#line.call('socket.close', id);
  }

  partitionSize(name: PartitionName): number {
    return this.#line.call('flash.size', name) as number;
  }

  flashRead(name: PartitionName, offset: number, length: number): ArrayBuffer {
    return this.#line.call('flash.read', name, offset, length) as ArrayBuffer;
  }

  flashWrite(name: PartitionName, offset: number, bytes: Uint8Array): void {
    this.#line.call('flash.write', name, offset, bytes);
  }

  flashErase(name: PartitionName, offset: number): void {
    this.#line.call('flash.erase', name, offset);
  }

  imageRead(offset: number, length: number): ArrayBuffer {
    return this.#line.call('boot.read', offset, length) as ArrayBuffer;
  }

  setPending(length: number): void {
    this.#line.call('boot.setPending', length);
  }

  confirm(): void {
    this.#line.call('boot.confirm');
  }

  restart(reason: string): void {
    this.#line.call('boot.restart', reason);
  }

  appRefusal(body: Uint8Array): string | undefined {
    return this.#line.appRefusal(body);
  }

  appRun(body: Uint8Array): (require: (name: string) => object) => unknown {
    return this.#line.appRun(body);
  }
}
