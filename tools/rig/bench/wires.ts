/** The wires between a board and those whom it reaches: whole, slow, or lost. TCP, whatever is spoken over it. */
import net from 'node:net';
import { listenFor } from '../../../host-sim/node/network/listenFor.js';

/** `slow`: each piece waits so long in either direction. `lost`: connections are reset, and new ones too. */
export type WireState = { is: 'whole' | 'lost' } | { is: 'slow'; milliseconds: number };

/** The step `network` knows no more of them. */
export interface Wiring {
  /** Changes the wires to those of these URLs that the board was told; all wires if left out. */
  set(state: WireState, urls?: readonly string[]): Promise<void>;
}

const WHOLE: WireState = { is: 'whole' };

/** One listening port of this machine for each URL that a board is told. */
export class Wires implements Wiring {
  readonly #byUrl = new Map<string, Promise<Wire>>();
  readonly #host: string;

  /** @param host the address of this machine by which the board reaches it */
  constructor(host = '127.0.0.1') {
    this.#host = host;
  }

  /** The URL that the board is told for what this machine reaches at `url`, of any scheme. @throws Error when no port is free */
  async between(url: string): Promise<string> {
    const wire = this.#byUrl.get(url) ?? Wire.open(url, this.#host);
    this.#byUrl.set(url, wire);
    return (await wire).url;
  }

  async set(state: WireState, urls: readonly string[] = [...this.#byUrl.keys()]): Promise<void> {
    for (const url of urls) (await this.#byUrl.get(url))?.set(state);
  }

  async close(): Promise<void> {
    for (const wire of this.#byUrl.values()) (await wire.catch(() => undefined))?.close();
    this.#byUrl.clear();
  }
}

class Wire {
  readonly url: string;
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  #state = WHOLE;

  static async open(url: string, at: string): Promise<Wire> {
    const { hostname: host, port } = new URL(url);
    const server = net.createServer();
    return new Wire(await listenFor(url, server, at), server, { host, port: Number(port) });
  }

  constructor(url: string, server: net.Server, far: { host: string; port: number }) {
    this.url = url;
    this.#server = server;
    server.on('connection', board => {
      if (this.#state.is === 'lost') return void board.resetAndDestroy();
      this.#join(board, net.connect(far));
    });
  }

  set(state: WireState): void {
    this.#state = state;
    if (state.is === 'lost') this.#cut();
  }

  close(): void {
    this.#server.close();
    this.#cut();
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(board: net.Socket, far: net.Socket): void {
    for (const [from, to] of [
      [board, far],
      [far, board],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => {});
      from.once('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.on('data', (bytes: Buffer) => this.#carry(bytes, from, to));
      from.once('end', () => to.end());
    }
  }

  /** One piece at a time: what comes after it waits, so that nothing is overtaken and nothing piles up. */
  #carry(bytes: Buffer, from: net.Socket, to: net.Socket): void {
    from.pause();
    const deliver = () => {
      if (!to.destroyed) to.write(bytes, () => from.resume());
    };
    if (this.#state.is === 'slow') setTimeout(deliver, this.#state.milliseconds);
    else deliver();
  }
}
