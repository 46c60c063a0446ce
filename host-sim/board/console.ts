/**
 * The board's end of its console: it dials out to whoever holds it, shows a token given once, and from then on
 * speaks lines (consoleLine.ts). When the line is lost the board ends, so that none outlives its holder.
 */
import { connect, type Socket } from 'node:net';
import type { Console } from '../../firmware/port/board.js';
import {
  BOARD_LINE_BYTES_MAX,
  type BoardLine,
  HOLDER_LINE_BYTES_MAX,
  type HolderLine,
  LOG_CHARACTERS_MAX,
  type PartFault,
  REQUEST_BYTES_MAX,
} from '../node/board/consoleLine.js';
import { lineReader } from '../node/lines.js';

/** Bytes that may wait for a reader who does not read; log lines beyond are dropped, and counted. */
const BACKLOG_BYTES_MAX = 1024 * 1024;
/** Requests that may wait for the image to say who handles them. */
const WAITING_REQUESTS_MAX = 16;

type Handler = Parameters<Console['onRequest']>[0];
type Request = Extract<HolderLine, { request: number }>;

export interface ConsoleOptions {
  host: string;
  port: number;
  token: string;
  onInput(input: number, value: number): void;
  onBus(setting: unknown): void;
  onFault(fault: PartFault): void;
  onLost(reason: string): void;
}

export class BoardConsole implements Console {
  readonly #options: ConsoleOptions;
  readonly #socket: Socket;
  #handler: Handler | undefined;
  #waiting: Request[] = [];
  #dropped = 0;
  #ended = false;

  /** Resolves when connected; a console that cannot be reached is told to `onLost`. */
  static open(options: ConsoleOptions): Promise<BoardConsole> {
    return new Promise(resolve => {
      const socket = connect({ host: options.host, port: options.port }, () => resolve(console));
      const console = new BoardConsole(options, socket);
    });
  }

  private constructor(options: ConsoleOptions, socket: Socket) {
    this.#options = options;
    this.#socket = socket;
    let reason = 'closed';
    const lost = () => {
      if (!this.#ended) options.onLost(reason);
    };
    socket.setNoDelay(true);
    socket.on('error', error => (reason = error.message));
    socket.on('close', lost);
    socket.on('end', () => socket.destroy());
    socket.on(
      'data',
      lineReader(
        HOLDER_LINE_BYTES_MAX,
        line => this.#take(line),
        () => {
          reason = 'a line is too long';
          socket.destroy();
        },
      ),
    );
    this.send({ token: options.token });
  }

  log(line: string): void {
    if (this.#socket.writableLength > BACKLOG_BYTES_MAX) {
      this.#dropped++;
      return;
    }
    if (this.#dropped > 0) {
      const dropped = this.#dropped;
      this.#dropped = 0;
      this.send({ log: `(${dropped} lines were dropped)` });
    }
    this.send({ log: line.length > LOG_CHARACTERS_MAX ? `${line.slice(0, LOG_CHARACTERS_MAX)}…` : line });
  }

  onRequest(handler: Handler): void {
    this.#handler = handler;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const request of waiting) this.#serve(request);
  }

  send(line: BoardLine): void {
    if (!this.#ended) this.#socket.write(`${JSON.stringify(line)}\n`);
  }

  /** Sends what still waits and resolves when the other side has read it all, or after half a second. */
  end(): Promise<void> {
    this.#ended = true;
    return new Promise(resolve => {
      setTimeout(resolve, 500);
      this.#socket.on('close', () => resolve());
      this.#socket.end();
    });
  }

  #take(text: string): void {
    let line: HolderLine;
    try {
      line = JSON.parse(text) as HolderLine;
    } catch {
      this.#socket.destroy();
      return;
    }
    if (typeof line !== 'object' || line === null) return;
    if ('input' in line) this.#options.onInput(line.input, line.value);
    else if ('bus' in line) this.#options.onBus(line.bus);
    else if ('fault' in line) this.#options.onFault(line.fault);
    else if ('request' in line) this.#serve(line);
  }

  async #serve(line: Request): Promise<void> {
    const { request, method, parameters } = line;
    if (Buffer.byteLength(JSON.stringify({ method, parameters })) > REQUEST_BYTES_MAX) {
      this.send({ answer: request, error: `a request has ${REQUEST_BYTES_MAX} bytes at most` });
      return;
    }
    if (!this.#handler) {
      if (this.#waiting.length < WAITING_REQUESTS_MAX) this.#waiting.push(line);
      else this.send({ answer: request, error: 'the board takes no requests yet' });
      return;
    }
    try {
      const result = await this.#handler(method, parameters);
      const answer = { answer: request, result: result ?? null };
      if (JSON.stringify(answer).length > BOARD_LINE_BYTES_MAX / 4) throw new Error('the answer is too long');
      this.send(answer);
    } catch (error) {
      this.send({ answer: request, error: `${(error as Error).message}`.slice(0, LOG_CHARACTERS_MAX) });
    }
  }
}
