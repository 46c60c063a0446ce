/**
 * The holder's end of a console: listens on loopback, takes the one connection that shows the expected token, and
 * speaks lines with it (node/board/consoleLine.ts).
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { BOARD_LINE_BYTES_MAX, type BoardLine, type HolderLine } from '../node/board/consoleLine.js';
import { lineReader } from '../node/lines.js';

/** A line that a board says, answers to requests excepted. */
export type Said = Exclude<BoardLine, { answer: number } | { token: string }>;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Milliseconds that a connection may take to show its token. */
const silencePatience = 5_000;

export class ConsoleServer {
  /** On loopback. */
  readonly port: number;
  /** Told of each line of the connection that showed its token. */
  onLine: (line: Said) => void = () => {};
  readonly #server: Server;
  readonly #requests = new Map<number, Waiting>();
  #lastRequest = 0;
  #expected: string | undefined;
  #connection: Socket | undefined;

  static async open(): Promise<ConsoleServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ConsoleServer(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as { port: number }).port;
    server.on('connection', socket => this.#accept(socket));
  }

  /** A token that the next connection has to show; it works once, and those before it no more. */
  expect(): string {
    this.#expected = randomBytes(16).toString('hex');
    return this.#expected;
  }

  /** Ends the connection; what it has not answered is refused with `reason`. */
  hangUp(reason: string): void {
    this.#expected = undefined;
    this.#connection?.destroy();
    this.#connection = undefined;
    for (const waiting of [...this.#requests.values()]) waiting.reject(new Error(reason));
  }

  async close(): Promise<void> {
    this.hangUp('the console was closed');
    await new Promise(resolve => this.#server.close(resolve));
  }

  send(line: HolderLine): void {
    this.#connection?.write(`${JSON.stringify(line)}\n`);
  }

  /** @throws Error with the board's words, or that no answer came in so many milliseconds */
  request(method: string, parameters: unknown, timeout: number): Promise<unknown> {
    const request = ++this.#lastRequest;
    return new Promise((resolve, reject) => {
      const late = () => waiting.reject(new Error(`no answer to ${method} in time`));
      const timer = setTimeout(late, timeout);
      const settled = <T>(settle: (value: T) => void) => {
        return (value: T) => {
          clearTimeout(timer);
          this.#requests.delete(request);
          settle(value);
        };
      };
      const waiting: Waiting = { resolve: settled(resolve), reject: settled(reject) };
      this.#requests.set(request, waiting);
      this.send({ request, method, parameters });
    });
  }

  #accept(socket: Socket): void {
    let known = false;
    socket.setNoDelay(true);
    // A peer that stays silent, or shows another token, is not the board.
    const silence = setTimeout(() => socket.destroy(), silencePatience);
    socket.on('error', () => {}).on('close', () => clearTimeout(silence));
    const take = (text: string) => {
      const line = parse(text);
      if (known && line) this.#take(line);
      else if (line && 'token' in line && this.#expected !== undefined && line.token === this.#expected) {
        clearTimeout(silence);
        known = true;
        this.#expected = undefined;
        this.#connection = socket;
      } else socket.destroy();
    };
    socket.on(
      'data',
      lineReader(BOARD_LINE_BYTES_MAX, take, () => socket.destroy()),
    );
  }

  #take(line: BoardLine): void {
    if ('token' in line) return;
    if (!('answer' in line)) {
      this.onLine(line);
      return;
    }
    const waiting = this.#requests.get(line.answer);
    if ('error' in line) waiting?.reject(new Error(line.error));
    else waiting?.resolve(line.result);
  }
}

function parse(text: string): BoardLine | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null ? (line as BoardLine) : undefined;
  } catch {
    return undefined;
  }
}
