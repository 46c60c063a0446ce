/**
 * The Console port on the chip's serial line: lines of JSON in frames (firmware/serial), as on the emulated board.
 * Whoever holds the other end holds the board in hand. Nobody has to: lines that nobody takes are lost, never kept.
 */
import { encodeText } from '../bytes/text.js';
import type { Console } from '../port/board.js';
import { FrameReader, FrameWriter, PAYLOAD_BYTES_MAX } from '../serial/frame.js';
import { frameType } from '../serial/frameType.js';
import { parseJson } from '../serial/json.js';

/** The two queues of the line's driver; neither call waits. */
export interface SerialLine {
  /** At most `most` bytes; undefined when nothing came. */
  read(most: number): Uint8Array | undefined;
  /** The count of bytes that were taken, from the first on. */
  write(bytes: Uint8Array): number;
}

export interface ChipConsoleOptions {
  line: SerialLine;
  /** Calls back again and again, so many milliseconds apart, for ever. */
  every(milliseconds: number, callback: () => void): void;
  /** Answers requests to the platform itself; undefined for every other request. */
  ofPlatform(method: string, parameters: unknown): unknown;
}

/** Bytes of a request's method and parameters. */
const REQUEST_BYTES_MAX = 4096;
const LINE_BYTES_MAX = REQUEST_BYTES_MAX + 1024;
/** Pieces of a line, which a holder sends full: a stranger's many small ones would each take an object. */
const LINE_PIECES_MAX = LINE_BYTES_MAX / PAYLOAD_BYTES_MAX + 1;
/** A deeper line would use up the engine's stack, and one with more values its heap: no `catch` sees either. */
const LINE_LIMITS = { bytes: LINE_BYTES_MAX, depth: 16, values: 512 };
const ANSWER_CHARACTERS_MAX = 8192;
const LOG_CHARACTERS_MAX = 1000;
/** Bytes that may wait for the line. Log lines beyond are dropped and counted; answers are always kept. */
const BACKLOG_BYTES_MAX = 4096;
/** Requests that wait for a handler, or for its answer. */
const WAITING_REQUESTS_MAX = 4;
/** The time between two looks at the line: at 115,200 baud 230 bytes come in it. */
const LOOK_INTERVAL_MILLISECONDS = 20;

type Handler = Parameters<Console['onRequest']>[0];

interface Request {
  request: number;
  method: string;
  parameters: unknown;
}

/** The console of a chip; looks at its line until the board restarts. */
export class ChipConsole implements Console {
  readonly #options: ChipConsoleOptions;
  readonly #writer = new FrameWriter();
  readonly #reader: FrameReader;
  #handler: Handler | undefined = undefined;
  #waiting: Request[] = [];
  #serving = 0;
  #pieces: Uint8Array[] = [];
  #length = 0;
  #tooLong = false;
  /** Frames for the line, oldest first. */
  #backlog: Uint8Array[] = [];
  #backlogLength = 0;
  #dropped = 0;

  constructor(options: ChipConsoleOptions) {
    this.#options = options;
    this.#reader = new FrameReader({
      onFrame: ({ payload, type }) => {
        if (type === frameType.line || type === frameType.lineEnd) {
          this.#piece(payload, type === frameType.lineEnd);
        }
      },
      onLost: () => this.#forget(),
    });
    // One timer and one closure, since this runs fifty times a second for ever.
    options.every(LOOK_INTERVAL_MILLISECONDS, () => this.#look());
  }

  log(line: string): void {
    if (this.#backlogLength > BACKLOG_BYTES_MAX) {
      this.#dropped++;
      return;
    }
    if (this.#dropped > 0) this.send({ log: `(${this.#dropped} lines were dropped)` });
    this.#dropped = 0;
    this.send({ log: line.length > LOG_CHARACTERS_MAX ? `${line.slice(0, LOG_CHARACTERS_MAX)}…` : line });
  }

  onRequest(handler: Handler): void {
    this.#handler = handler;
    const all = this.#waiting;
    this.#waiting = [];
    for (const request of all) void this.#serve(request);
  }

  /** Sends one line of JSON, whatever waits already. */
  send(line: unknown): void {
    const bytes = encodeText(JSON.stringify(line));
    let at = 0;
    for (; bytes.length - at > PAYLOAD_BYTES_MAX; at += PAYLOAD_BYTES_MAX) {
      this.#keep(this.#writer.encode(frameType.line, bytes.subarray(at, at + PAYLOAD_BYTES_MAX)));
    }
    this.#keep(this.#writer.encode(frameType.lineEnd, bytes.subarray(at)));
    this.flush();
  }

  /** Hands the backlog to the line, as far as the line takes it. */
  flush(): void {
    while (this.#backlog.length > 0) {
      const frame = this.#backlog[0];
      const count = this.#options.line.write(frame);
      this.#backlogLength -= count;
      if (count < frame.length) {
        if (count > 0) this.#backlog[0] = frame.subarray(count);
        return;
      }
      this.#backlog.shift();
    }
  }

  #keep(frame: Uint8Array): void {
    this.#backlog.push(frame);
    this.#backlogLength += frame.length;
  }

  #look(): void {
    const { line } = this.#options;
    // No more at once than comes in a moment, so that a line that never rests does not take up the whole board.
    for (let i = 0; i < 8; i++) {
      const bytes = line.read(512);
      if (!bytes || bytes.length === 0) break;
      this.#reader.take(bytes);
    }
    if (this.#backlog.length > 0) this.flush();
  }

  #piece(bytes: Uint8Array, last: boolean): void {
    this.#length += bytes.length;
    if (this.#length > LINE_BYTES_MAX || this.#pieces.length === LINE_PIECES_MAX) this.#tooLong = true;
    else this.#pieces.push(bytes);
    if (!last) return;
    const whole = !this.#tooLong;
    const line = new Uint8Array(whole ? this.#length : 0);
    let at = 0;
    for (const piece of whole ? this.#pieces : []) {
      line.set(piece, at);
      at += piece.length;
    }
    this.#forget();
    if (whole) this.#take(line);
  }

  #forget(): void {
    this.#pieces = [];
    this.#length = 0;
    this.#tooLong = false;
  }

  /** Takes a line. Nonsense is not answered. */
  #take(bytes: Uint8Array): void {
    const line = parseJson(bytes, LINE_LIMITS);
    if (line.verdict !== 'accepted') return;
    const { method, parameters, request } = (line.value ?? {}) as Partial<Request>;
    if (typeof request !== 'number' || typeof method !== 'string') return;
    const wanted: Request = { request, method, parameters };
    if (bytes.length > REQUEST_BYTES_MAX + 64) {
      this.send({ answer: request, error: `a request has ${REQUEST_BYTES_MAX} bytes at most` });
    } else if (this.#serving + this.#waiting.length >= WAITING_REQUESTS_MAX) {
      this.send({ answer: request, error: 'too many requests at once' });
    } else if (this.#handler) void this.#serve(wanted);
    else this.#waiting.push(wanted);
  }

  async #serve({ method, parameters, request }: Request): Promise<void> {
    this.#serving++;
    try {
      const own = this.#options.ofPlatform(method, parameters);
      const result = own === undefined ? await this.#handler!(method, parameters) : own;
      const answer = { answer: request, result: result ?? null };
      if (JSON.stringify(answer).length > ANSWER_CHARACTERS_MAX) throw new Error('the answer is too long');
      this.send(answer);
    } catch (error) {
      const message = error instanceof Error ? error.message : `${error}`;
      this.send({ answer: request, error: message.slice(0, LOG_CHARACTERS_MAX) });
    } finally {
      this.#serving--;
    }
  }
}
