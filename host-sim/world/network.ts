/**
 * The virtual network: names lead to services, bytes travel in order with delays that the seed draws. A client may be
 * cut off for a while (its bytes wait, as TCP repeats them; what it dials meets silence), be slow, or lose its connections.
 * Somebody on its line may garble what it reads.
 */
import type { Network, Socket, SocketOptions } from '../../firmware/port/socket.js';
import type { Chance } from '../node/chance.js';
import { Direction, WINDOW_BYTES } from './direction.js';
import type { VirtualTime } from './time.js';

/** The service's end of a connection. */
export interface ServedConnection {
  /** The name of whoever dialled. */
  readonly client: string;
  send(bytes: Uint8Array): void;
  close(): void;
  onBytes: (bytes: Uint8Array) => void;
  /** Called once when the connection is gone, unless the service itself closed it. */
  onGone: () => void;
}

/** Milliseconds for one way, drawn for each piece; a slow client's are as many times longer. */
const DELAY_MS = { least: 5, most: 60 };
const SLOW_FACTOR = 25;
/** Milliseconds after which dialling into silence is given up. */
const DIAL_MS_MAX = 10_000;
/** One piece in so many is garbled while a line is. */
const GARBLED_ONE_IN = 4;
const GARBLINGS = ['changed', 'lost', 'twice', 'turned'] as const;

/** The network of one world. */
export class VirtualNetwork {
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #services = new Map<string, (connection: ServedConnection) => void>();
  readonly #connections = new Set<Connection>();
  /** By client, until when (ms). */
  readonly #partitioned = new Map<string, number>();
  readonly #slow = new Map<string, number>();
  readonly #garbled = new Map<string, number>();

  constructor(time: VirtualTime, chance: Chance) {
    this.#time = time;
    this.#chance = chance;
  }

  /** Answers whoever dials `name`, `host:port`. */
  serve(name: string, accept: (connection: ServedConnection) => void): void {
    this.#services.set(name, accept);
  }

  /** The Network port of one client. */
  portOf(client: string): Network {
    return { connect: options => this.#connect(client, options) };
  }

  /** Connections of that client that are open. */
  openBy(client: string): number {
    return [...this.#connections].filter(connection => connection.client === client).length;
  }

  /** Resets all connections of that client. @returns how many those were */
  cut(client: string): number {
    const found = [...this.#connections].filter(connection => connection.client === client);
    for (const connection of found) connection.reset('reset');
    return found.length;
  }

  /** Nothing gets through to that client, or from it, for so many milliseconds. */
  partition(client: string, milliseconds: number): void {
    this.#partitioned.set(client, this.#time.nowMs + milliseconds);
  }

  /** Its bytes take far longer, for so many milliseconds. */
  slow(client: string, milliseconds: number): void {
    this.#slow.set(client, this.#time.nowMs + milliseconds);
  }

  /**
   * Of the pieces that it reads for so many milliseconds some have a bit changed, are lost, come twice, or their second
   * half before the first: what no TCP does, and everybody on the path can.
   */
  garble(client: string, milliseconds: number): void {
    this.#garbled.set(client, this.#time.nowMs + milliseconds);
  }

  /** The pieces that arrive at that client in place of one. */
  carry(client: string, bytes: Uint8Array): readonly Uint8Array[] {
    const isGarbled = (this.#garbled.get(client) ?? 0) > this.#time.nowMs;
    return isGarbled && this.#chance.below(GARBLED_ONE_IN) === 0 ? garbled(bytes, this.#chance) : [bytes];
  }

  /** Milliseconds until that client is reached again; 0 while it is. */
  silenceMs(client: string): number {
    return Math.max(0, (this.#partitioned.get(client) ?? 0) - this.#time.nowMs);
  }

  /** Milliseconds that the next piece takes. */
  delayMs(client: string): number {
    const drawn = this.#chance.within(DELAY_MS);
    return (this.#slow.get(client) ?? 0) > this.#time.nowMs ? drawn * SLOW_FACTOR : drawn;
  }

  #connect(client: string, options: SocketOptions): Socket {
    const connection = new Connection(client, options, this, this.#time, () =>
      this.#connections.delete(connection),
    );
    this.#connections.add(connection);
    const silence = this.silenceMs(client);
    const accept = this.#services.get(`${options.host}:${options.port}`);
    if (silence > 0) this.#time.after(DIAL_MS_MAX, () => connection.reset('timed out'));
    else if (!accept) this.#time.after(this.delayMs(client), () => connection.reset('refused'));
    else this.#time.after(2 * this.delayMs(client), () => connection.open(accept));
    return connection;
  }
}

function garbled(bytes: Uint8Array, chance: Chance): readonly Uint8Array[] {
  const garbling = chance.of(GARBLINGS);
  if (garbling === 'lost') return [];
  if (garbling === 'twice') return [bytes, bytes.slice()];
  const middle = bytes.length >> 1;
  if (garbling === 'turned' && middle > 0) return [bytes.slice(middle), bytes.slice(0, middle)];
  const changed = bytes.slice();
  changed[chance.below(changed.length)] ^= 1 << chance.below(8);
  return [changed];
}

/** One connection, with the client's end as a Socket. */
class Connection implements Socket {
  readonly client: string;
  readonly #options: SocketOptions;
  readonly #out: Direction;
  readonly #in: Direction;
  readonly #forget: () => void;
  #unread: Uint8Array[] = [];
  #served: ServedConnection | undefined;
  #isClosed = false;
  #hasEnded = false;

  constructor(
    client: string,
    options: SocketOptions,
    network: VirtualNetwork,
    time: VirtualTime,
    forget: () => void,
  ) {
    this.client = client;
    this.#options = options;
    this.#forget = forget;
    const way = { delayMs: () => network.delayMs(client), silenceMs: () => network.silenceMs(client) };
    this.#out = new Direction(time, way, {
      onBytes: (bytes, waiting) => {
        if (this.#isClosed && waiting > 0) return;
        this.#served?.onBytes(bytes);
        if (waiting === 0 && !this.#isClosed) this.#options.onWritable(WINDOW_BYTES);
      },
      onEnd: () => this.#goneAtService(),
    });
    const carry = (bytes: Uint8Array) => network.carry(client, bytes);
    this.#in = new Direction(
      time,
      { ...way, carry },
      {
        onBytes: bytes => {
          if (this.#isClosed) return;
          this.#unread.push(bytes);
          this.#options.onReadable(this.#unreadBytes());
        },
        onEnd: () => {
          this.#hasEnded = true;
          this.#endIfRead();
        },
      },
    );
  }

  open(accept: (connection: ServedConnection) => void): void {
    if (this.#isClosed) return;
    this.#served = {
      client: this.client,
      send: bytes => this.#in.send(Uint8Array.from(bytes)),
      close: () => {
        this.#served = undefined;
        this.#in.end();
      },
      onBytes: () => {},
      onGone: () => {},
    };
    accept(this.#served);
    this.#options.onWritable(WINDOW_BYTES);
  }

  read(count = Number.POSITIVE_INFINITY): Uint8Array | undefined {
    const first = this.#unread[0];
    if (this.#isClosed || first === undefined || count <= 0) return undefined;
    const bytes = first.subarray(0, Math.min(first.length, count));
    if (bytes.length === first.length) this.#unread.shift();
    else this.#unread[0] = first.subarray(bytes.length);
    this.#endIfRead();
    return bytes.slice();
  }

  write(bytes: Uint8Array): number {
    if (this.#isClosed) return 0;
    const left = WINDOW_BYTES - this.#out.waitingBytes - bytes.length;
    if (left < 0)
      throw new RangeError(`write of ${bytes.length} bytes where ${left + bytes.length} are allowed`);
    this.#out.send(Uint8Array.from(bytes));
    return left;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#in.drop();
    this.#out.end();
  }

  /** Both ends lose it at once, with whatever was on its way. */
  reset(cause: string): void {
    this.#in.drop();
    this.#out.drop();
    this.#closedAtClient(cause);
    this.#goneAtService();
  }

  #unreadBytes(): number {
    return this.#unread.reduce((sum, { length }) => sum + length, 0);
  }

  /** As with a real socket, the end comes after the last byte was read. */
  #endIfRead(): void {
    if (this.#hasEnded && this.#unread.length === 0) this.#closedAtClient(undefined);
  }

  #closedAtClient(cause: string | undefined): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#out.end();
    // Never from within a read: the reader may be in the midst of a packet.
    void Promise.resolve().then(() => this.#options.onClosed(cause));
  }

  #goneAtService(): void {
    const served = this.#served;
    this.#served = undefined;
    this.#forget();
    served?.onGone();
  }
}
