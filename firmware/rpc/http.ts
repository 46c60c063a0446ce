/**
 * An HTTP/1.1 client for one origin over the Socket port. One connection at most (a chip has four sockets in
 * all), requests one after the other, the connection kept for a while if the server allows it. It follows no
 * redirect, unpacks nothing and keeps no cookie.
 */

import { undetermined } from '../bytes/verdict.js';
import type { Clock } from '../port/clock.js';
import type { Network } from '../port/socket.js';
import { Connection, type ConnectionOwner } from './connection.js';
import { Exchange, type ExchangeOwner, type HttpExchange, type HttpRequest } from './exchange.js';
import type { Url } from './url.js';

export interface HttpClientOptions {
  network: Network;
  clock: Clock;
  url: Url;
  /** Milliseconds for which an unused connection is kept, one or more; 4 s. */
  idleMilliseconds?: number;
}

/** Bytes taken from the socket at once. */
const READ_BYTES = 2048;
/** Requests that may wait. */
export const WAITING_MAX = 16;
const IDLE_MILLISECONDS = 4000;

/** A server that sends faster than a board reads must not keep it from everything else, its deadlines among it. */
const READ_AT_ONCE_MAX = 16_384;

/** The client of one origin, and its connection. */
export class HttpClient implements ConnectionOwner, ExchangeOwner {
  readonly #options: HttpClientOptions;
  readonly #waiting: Exchange[] = [];
  #active: Exchange | undefined = undefined;
  #connection: Connection | undefined = undefined;
  #stopIdle: (() => void) | undefined = undefined;
  /** The rest of what came is read when others had their turn. */
  #stopRest: (() => void) | undefined = undefined;
  #isClosed = false;
  #reading = false;

  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  get url(): Url {
    return this.#options.url;
  }

  /** Throws a RangeError only on a path that no request line can carry. */
  request(request: HttpRequest): HttpExchange {
    const exchange = new Exchange(request, this);
    if (this.#isClosed) exchange.finish(undetermined('cancelled', 'the client is closed'));
    else if (this.#waiting.length >= WAITING_MAX + (this.#active === undefined ? 1 : 0)) {
      exchange.finish(undetermined('unreachable', `${WAITING_MAX} requests wait already`));
    } else {
      this.#waiting.push(exchange);
      // Not before the caller has the exchange in hand: its callbacks may want to pause it.
      void Promise.resolve().then(() => this.#next());
    }
    return exchange;
  }

  /** Ends what runs and waits as `cancelled`, and the connection. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const all = this.#waiting.splice(0);
    if (this.#active !== undefined) all.unshift(this.#active);
    for (const exchange of all) exchange.finish(undetermined('cancelled', 'the client was closed'));
    this.#drop();
  }

  #next(): void {
    if (this.#active !== undefined || this.#isClosed) return;
    const exchange = this.#waiting.shift();
    if (exchange === undefined) return;
    this.#active = exchange;
    this.#start(exchange);
  }

  #start(exchange: Exchange): void {
    this.#stopIdle?.();
    this.#stopIdle = undefined;
    exchange.begin();
    exchange.reused = this.#connection !== undefined;
    if (this.#connection === undefined) this.#connect();
    else this.#write();
  }

  #connect(): void {
    const connection = new Connection(this.url, this);
    this.#connection = connection;
    try {
      connection.socket = this.#options.network.connect(connection);
    } catch (error) {
      connection.isClosed = true;
      this.#lost(`no connection could be made: ${String(error)}`);
      return;
    }
    // Whoever cancelled, or a platform that called back at once, may have dropped it already.
    if (connection !== this.#connection) connection.socket.close();
    else this.#write();
  }

  // Of a connection that was given up nothing is heard any more.
  readable(connection: Connection): void {
    if (connection === this.#connection) this.#read();
  }

  writable(connection: Connection): void {
    if (connection === this.#connection) this.#write();
  }

  closed(connection: Connection, cause: string | undefined): void {
    if (connection === this.#connection) this.#lost(cause);
  }

  resumed(): void {
    this.#read();
  }

  #write(): void {
    const connection = this.#connection;
    const exchange = this.#active;
    if (connection?.socket === undefined || exchange === undefined) return;
    const left = exchange.message.length - exchange.sent;
    const count = Math.min(left, connection.allowance);
    if (count <= 0) return;
    const from = exchange.sent;
    exchange.sent += count;
    connection.allowance -= count;
    connection.allowance = connection.socket.write(exchange.message.subarray(from, from + count));
  }

  #read(): void {
    // A platform may call `onReadable` from within `read`.
    if (this.#reading || this.#stopRest !== undefined) return;
    this.#reading = true;
    const connection = this.#connection;
    let left = READ_AT_ONCE_MAX;
    while (connection?.socket !== undefined && connection === this.#connection) {
      const exchange = this.#active;
      if (exchange?.paused) break;
      if (left <= 0) {
        this.#stopRest = this.#options.clock.after(0, () => {
          this.#stopRest = undefined;
          this.#read();
        });
        break;
      }
      const bytes = connection.socket.read(READ_BYTES);
      if (bytes === undefined || bytes.length === 0) break;
      left -= bytes.length;
      if (exchange === undefined) this.#drop();
      else exchange.receive(bytes);
    }
    this.#reading = false;
  }

  #lost(cause: string | undefined): void {
    const exchange = this.#active;
    this.#drop();
    if (exchange === undefined) return;
    // A kept connection may have been closed before it saw the request: that is no answer of the server's.
    if (exchange.reused && exchange.untouched) this.#start(exchange);
    else exchange.lost(cause);
  }

  settled(exchange: Exchange): void {
    if (exchange !== this.#active) {
      const at = this.#waiting.indexOf(exchange);
      if (at >= 0) this.#waiting.splice(at, 1);
      return;
    }
    this.#active = undefined;
    const connection = this.#connection;
    if (connection !== undefined) {
      if (exchange.reusable && !connection.isClosed) this.#keep(connection);
      else this.#drop();
    }
    this.#next();
  }

  #keep(connection: Connection): void {
    const { clock, idleMilliseconds = IDLE_MILLISECONDS } = this.#options;
    this.#stopIdle = clock.after(idleMilliseconds, () => {
      this.#stopIdle = undefined;
      if (connection === this.#connection && this.#active === undefined) this.#drop();
    });
  }

  #drop(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#stopIdle?.();
    this.#stopIdle = undefined;
    this.#stopRest?.();
    this.#stopRest = undefined;
    if (connection === undefined || connection.isClosed) return;
    connection.isClosed = true;
    connection.socket?.close();
  }
}
