/** The board's end of its console, as host-sim/board/console.ts has it; the host moves the lines. A class: see flash.ts. */

import { encodeText } from '../../../firmware/bytes/text.js';
import type { Console } from '../../../firmware/port/board.js';
import { parseJson } from '../../../firmware/serial/json.js';
import {
  BOARD_LINE_BYTES_MAX,
  HOLDER_LINE_BYTES_MAX,
  LOG_CHARACTERS_MAX,
  REQUEST_BYTES_MAX,
} from '../../node/board/consoleLine.js';
import type { Host } from './host.js';

/** Bytes that may wait for a reader who does not read; log lines beyond are dropped, and counted. */
const BACKLOG_BYTES_MAX = 1024 * 1024;
/** Requests that may wait for the image to say who handles them. */
const WAITING_REQUESTS_MAX = 16;
/** Deeper, a line would use up the stack of a small board; with more values, its heap. */
const LINE_MAX = { bytes: HOLDER_LINE_BYTES_MAX, depth: 16, values: 512 };

type Handler = Parameters<Console['onRequest']>[0];

interface Request {
  request: number;
  method: string;
  parameters: unknown;
}

const { stringify } = JSON;

/** JSON in ASCII. */
function encode(value: unknown): string {
  return stringify(value).replace(
    /[\u007f-\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The Console port, and what takes the holder's lines: text if it is ASCII, `HOLDER_LINE_BYTES_MAX` at most. */
export class HostConsole implements Console {
  readonly #host: Pick<Host, 'backlog' | 'lost' | 'send'>;
  readonly #onInput: (input: number, value: number) => void;
  readonly #onBus: (setting: unknown) => void;
  #handler: Handler | undefined;
  #waiting: Request[] = [];
  #dropped = 0;

  /**
   * @param onInput told of what an analogue input reads from now on
   * @param onBus told of settings of buses; a board without any passes them over
   */
  constructor(
    host: Pick<Host, 'backlog' | 'lost' | 'send'>,
    onInput: (input: number, value: number) => void,
    onBus: (setting: unknown) => void = () => {},
  ) {
    this.#host = host;
    this.#onInput = onInput;
    this.#onBus = onBus;
  }

  log(line: string): void {
    const host = this.#host;
    if (host.backlog() > BACKLOG_BYTES_MAX) {
      this.#dropped++;
      return;
    }
    if (this.#dropped > 0) host.send(encode({ log: `(${this.#dropped} lines were dropped)` }));
    this.#dropped = 0;
    const text = `${line}`;
    host.send(
      encode({ log: text.length > LOG_CHARACTERS_MAX ? `${text.slice(0, LOG_CHARACTERS_MAX)}…` : text }),
    );
  }

  onRequest(chosen: Handler): void {
    this.#handler = chosen;
    const all = this.#waiting;
    this.#waiting = [];
    for (const request of all) void this.#serve(request);
  }

  take(bytes: string | ArrayBuffer): void {
    const parsed = parseJson(typeof bytes === 'string' ? encodeText(bytes) : new Uint8Array(bytes), LINE_MAX);
    if (parsed.verdict !== 'accepted') {
      this.#host.lost();
      return;
    }
    const line = parsed.value;
    if (typeof line !== 'object' || line === null) return;
    if ('input' in line) {
      const { input, value } = line as { input: number; value: number };
      this.#onInput(input, value);
    } else if ('bus' in line) {
      this.#onBus((line as { bus: unknown }).bus);
    } else if ('request' in line) {
      const request = line as Request;
      if (this.#handler) void this.#serve(request);
      else if (this.#waiting.length < WAITING_REQUESTS_MAX) this.#waiting.push(request);
      else this.#host.send(encode({ answer: request.request, error: 'the board takes no requests yet' }));
    }
  }

  async #serve({ request, method, parameters }: Request): Promise<void> {
    const host = this.#host;
    const size = encode({ method, parameters }).length;
    if (size > REQUEST_BYTES_MAX) {
      host.send(encode({ answer: request, error: `a request has ${REQUEST_BYTES_MAX} bytes at most` }));
      return;
    }
    let answer: string;
    try {
      const result = await this.#handler!(method, parameters);
      answer = encode({ answer: request, result: result ?? null });
      if (answer.length > BOARD_LINE_BYTES_MAX / 4) throw new Error('the answer is too long');
    } catch (error) {
      const message = typeof error === 'object' && error !== null ? (error as Error).message : error;
      answer = encode({ answer: request, error: `${message}`.slice(0, LOG_CHARACTERS_MAX) });
    }
    host.send(answer);
  }
}
