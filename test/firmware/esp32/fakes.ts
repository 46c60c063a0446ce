/** The Moddable SDK's modules as the ESP32 has them, over Node's, with the manners of the SDK's C (8.2.3). */
import net from 'node:net';
import type { ChipPartition } from '../../../firmware/esp32/flash.js';
import type { KeyValues } from '../../../firmware/esp32/keyValuePartition.js';
import type { TcpNetworkOptions, TcpOptions, TcpSocket } from '../../../firmware/esp32/network.js';

/** `embedded:io/socket/tcp`: addresses only, no reasons, and a throw for everything that is not as it should be. */
export class FakeTcp implements TcpSocket {
  readonly #socket: net.Socket;
  readonly #options: TcpOptions;
  #received = Buffer.alloc(0);
  #room = 5744;
  #closed = false;
  #over = false;

  constructor(options: TcpOptions) {
    if (!/^\d+(\.\d+){3}$/.test(options.address)) throw new Error('invalid address');
    this.#options = options;
    this.#socket = net.connect({ host: options.address, port: options.port });
    this.#socket.on('connect', () => this.#closed || options.onWritable(this.#room));
    this.#socket.on('data', data => {
      if (this.#closed) return;
      this.#received = Buffer.concat([this.#received, data]);
      // A window of lwIP's.
      if (this.#received.length > 5744) this.#socket.pause();
      options.onReadable(this.#received.length);
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#over = true;
      this.#tellEnd();
    });
  }

  read(count: number): ArrayBuffer | undefined {
    if (this.#closed) throw new Error('closed');
    if (this.#received.length === 0) return undefined;
    if (count <= 0 || count > this.#received.length) throw new Error('invalid');
    const bytes = Uint8Array.from(this.#received.subarray(0, count));
    this.#received = this.#received.subarray(count);
    this.#socket.resume();
    if (this.#received.length === 0 && this.#over) setImmediate(() => this.#tellEnd());
    return bytes.buffer;
  }

  write(bytes: Uint8Array): number {
    if (this.#closed) throw new Error('closed');
    if (bytes.length > this.#room) throw new Error('would block');
    this.#room -= bytes.length;
    this.#socket.write(Uint8Array.from(bytes), () => {
      this.#room += bytes.length;
      if (!this.#closed) this.#options.onWritable(this.#room);
    });
    return this.#room;
  }

  close(): void {
    this.#closed = true;
    this.#socket.destroySoon();
  }

  /** After the last byte was read. */
  #tellEnd(): void {
    if (!this.#closed && this.#received.length === 0) this.#options.onError();
  }
}

/** The part of the SDK that tcpNetwork needs. */
export const fakeNetwork = (faults: unknown[] = []): TcpNetworkOptions => ({
  TCP: FakeTcp,
  resolve: (host, callback) =>
    void setImmediate(() => callback(host, host.endsWith('.test') ? '127.0.0.1' : undefined)),
  soon: callback => void setImmediate(callback),
  onFault: error => faults.push(error),
});

/** `timer`: an id that has fired is none any more. */
export function fakeTimers() {
  const running = new Map<object, NodeJS.Timeout>();
  return {
    running,
    set(callback: () => void, milliseconds = 0): object {
      if (!(milliseconds >= 0 && milliseconds < 2 ** 31)) throw new Error('32 bits');
      const id = {};
      const fire = () => {
        running.delete(id);
        callback();
      };
      running.set(id, setTimeout(fire, milliseconds));
      return id;
    },
    clear(id: object): void {
      if (!running.has(id)) throw new Error('invalid timer');
      clearTimeout(running.get(id));
      running.delete(id);
    },
  };
}

/** `embedded:storage/flash`: NOR, and what the chip refuses when the partition is encrypted. */
export class FakePartition implements ChipPartition {
  readonly cells: Uint8Array;
  readonly #encrypted: boolean;

  constructor(size: number, { encrypted = false } = {}) {
    this.cells = new Uint8Array(size).fill(0xff);
    this.#encrypted = encrypted;
  }

  status() {
    return { size: this.cells.length, blockLength: 4096, blocks: this.cells.length / 4096 };
  }

  read(count: number, offset: number): ArrayBuffer {
    if (offset < 0 || count <= 0 || offset + count > this.cells.length) throw new Error('read failed');
    return this.cells.slice(offset, offset + count).buffer;
  }

  write(bytes: Uint8Array, offset: number): void {
    if (offset < 0 || offset + bytes.length > this.cells.length) throw new Error('write failed');
    if (this.#encrypted && (offset % 16 !== 0 || bytes.length % 16 !== 0)) throw new Error('write failed');
    for (let i = 0; i < bytes.length; i++) this.cells[offset + i] &= bytes[i];
  }

  eraseBlock(block: number): void {
    if (!Number.isInteger(block) || block < 0 || (block + 1) * 4096 > this.cells.length) {
      throw new Error('erase failed');
    }
    this.cells.fill(0xff, block * 4096, (block + 1) * 4096);
  }
}

/** `embedded:storage/key-value`. */
export class FakeStore implements KeyValues {
  readonly values = new Map<string, Uint8Array>();
  /** Fails at the n-th change from now, as a power cut does; every change after it too. */
  cutAfter = Number.POSITIVE_INFINITY;

  read(key: string): ArrayBuffer | undefined {
    this.#check(key);
    return this.values.get(key)?.slice().buffer as ArrayBuffer | undefined;
  }

  write(key: string, value: Uint8Array): void {
    this.#change(key);
    this.values.set(key, Uint8Array.from(value));
  }

  delete(key: string): void {
    this.#change(key);
    this.values.delete(key);
  }

  #change(key: string): void {
    this.#check(key);
    if (this.cutAfter-- <= 0) throw new Error('the power failed');
  }

  #check(key: string): void {
    if (key.length < 1 || key.length > 15) throw new Error('ESP_ERR_NVS_KEY_TOO_LONG');
  }
}
