/** The board's connections, as they come through its serial line, on real sockets. */
import type { Network, Socket } from '../../firmware/port/socket.js';
import type { Line } from './line.js';

/** Bytes that a board may have on their way to a peer, as lwIP has it on an ESP32. */
const sendWindow = 5744;
/** Bytes of a piece. */
const pieceLength = 1020;

interface Connection {
  socket: Socket;
  /** Bytes that the board has room for. */
  room: number;
  /** Bytes that the board has been granted, and of these what it has used. */
  granted: number;
  used: number;
}

export class Tunnel {
  readonly #network: Network;
  readonly #line: Line;
  readonly #connections = new Map<number, Connection>();

  constructor(network: Network, line: Line) {
    this.#network = network;
    this.#line = line;
  }

  open(id: number, host: string, port: number): void {
    this.close(id);
    const connection: Connection = { room: 0, granted: 0, used: 0, socket: undefined as unknown as Socket };
    this.#connections.set(id, connection);
    connection.socket = this.#network.connect({
      host,
      port,
      onReadable: () => this.#pump(id),
      onWritable: allowance => this.#grant(id, allowance),
      onClosed: cause => {
        if (this.#connections.get(id) !== connection) return;
        this.#connections.delete(id);
        this.#line.sendClose(id, cause);
      },
    });
  }

  data(id: number, bytes: Uint8Array): void {
    const connection = this.#connections.get(id);
    if (!connection) return;
    if (connection.used + bytes.length > connection.granted) {
      this.close(id);
      this.#line.sendClose(id, 'the board sent more than it was granted');
      return;
    }
    connection.used += bytes.length;
    connection.socket.write(bytes);
  }

  credit(id: number, count: number): void {
    const connection = this.#connections.get(id);
    if (!connection) return;
    connection.room += count;
    this.#pump(id);
  }

  close(id: number): void {
    const connection = this.#connections.get(id);
    this.#connections.delete(id);
    connection?.socket.close();
  }

  /** Cuts all of them, and tells the board. */
  reset(cause: string): void {
    for (const id of [...this.#connections.keys()]) {
      this.close(id);
      this.#line.sendClose(id, cause);
    }
  }

  #pump(id: number): void {
    const connection = this.#connections.get(id);
    while (connection && connection.room > 0) {
      const bytes = connection.socket.read(Math.min(connection.room, pieceLength));
      if (!bytes) return;
      connection.room -= bytes.length;
      this.#line.sendData(id, bytes);
    }
  }

  /** All that was used has left: the window is open again. */
  #grant(id: number, allowance: number): void {
    const connection = this.#connections.get(id);
    if (!connection) return;
    const outstanding = connection.granted - connection.used;
    const more = Math.min(allowance, sendWindow) - outstanding;
    if (more <= 0) return;
    connection.granted += more;
    this.#line.sendCredit(id, more);
  }
}
