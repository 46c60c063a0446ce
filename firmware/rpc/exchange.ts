/**
 * One HTTP request and what comes of it: the request's bytes, the response as it arrives, the clocks that
 * bound it. It knows no socket; the client moves the bytes.
 */
import { concat } from '../bytes/concat.js';
import { encodeText } from '../bytes/text.js';
import { accepted, rejected, undetermined, type Verdict } from '../bytes/verdict.js';
import type { Clock } from '../port/clock.js';
import { type ResponseListener, ResponseParser } from './response.js';
import type { ContentRange, ResponseHead } from './responseHead.js';
import { hostHeader, type Url } from './url.js';

/** Of a response's head. */
const HEAD_BYTES_MAX = 2048;
const HEAD_FIELDS_MAX = 64;

/** The least that any source gives; one that gives less is left for the next. */
export const LEAST_RATE = { bytes: 1024, milliseconds: 5000 } as const;

export interface HttpRequest {
  method: 'GET' | 'POST';
  /** Path and query; the client's own if left out. */
  path?: string;
  /** Copied by the call. */
  body?: Uint8Array;
  contentType?: string;
  /** Bytes wanted, `last` inclusive; to the end without it. */
  range?: { first: number; last?: number };
  /** Bytes of body that are accepted. */
  mostBytes: number;
  /** From the call to the last byte of the answer, waiting and pauses included. */
  timeoutMilliseconds?: number;
  /** So many bytes must arrive in every such time, connecting included, pauses excluded. */
  floor?: { bytes: number; milliseconds: number };
  onHead?(head: ResponseHead): void;
  /** The body in pieces, each a view valid during the call. The outcome then carries an empty body. */
  onBody?(piece: Uint8Array): void;
}

export interface HttpResponse {
  status: number;
  contentRange?: ContentRange;
  body: Uint8Array;
  /** Bytes of body, wherever they went. */
  received: number;
}

/**
 * `malformed` and `oversized` say something about the server, `unreachable` (refused, closed early, too slow)
 * only that nothing could be learnt. Any status that the server gives is accepted here.
 */
export type HttpOutcome = Verdict<HttpResponse, 'malformed' | 'oversized', 'unreachable' | 'cancelled'>;

export interface HttpExchange {
  /** Never rejects. */
  outcome: Promise<HttpOutcome>;
  /** No more is read from the connection; what was read already (at most `readBytes`) still comes. */
  pause(): void;
  resume(): void;
  /** No callback comes after it; the outcome is `cancelled` unless it was there before. */
  cancel(): void;
}

/** The client that moves an exchange's bytes. */
export interface ExchangeOwner {
  readonly clock: Clock;
  readonly url: Url;
  /** The exchange was paused and may go on. */
  resumed(): void;
  /** It has its outcome: complete, timed out, cancelled. */
  settled(exchange: Exchange): void;
}

export class Exchange implements HttpExchange, ResponseListener {
  readonly outcome: Promise<HttpOutcome>;
  /** The request as it goes out. */
  readonly message: Uint8Array;
  sent = 0;
  /** Sent on a connection that had served before, which the server may close at any time. */
  reused = false;
  /** Without body and path, which `message` holds: a path carries a whole question. */
  readonly #request: Omit<HttpRequest, 'body' | 'path'>;
  readonly #owner: ExchangeOwner;
  #parser: ResponseParser;
  #settle!: (outcome: HttpOutcome) => void;
  #settled = false;
  #paused = false;
  #pausedInWindow = false;
  #head: ResponseHead | undefined = undefined;
  #body = new Uint8Array(0);
  #received = 0;
  #arrived = 0;
  #arrivedInWindow = 0;
  #stopTimeout: (() => void) | undefined;
  #stopWindow: (() => void) | undefined = undefined;

  constructor(request: HttpRequest, owner: ExchangeOwner) {
    const { body: _, path: __, ...rest } = request;
    this.#request = rest;
    this.#owner = owner;
    this.message = encodeRequest(request, owner.url);
    this.#parser = new ResponseParser(
      { headBytes: HEAD_BYTES_MAX, headFields: HEAD_FIELDS_MAX, bodyBytes: request.mostBytes },
      this,
    );
    this.outcome = new Promise(resolve => {
      this.#settle = resolve;
    });
    const { timeoutMilliseconds } = request;
    if (timeoutMilliseconds !== undefined) {
      this.#stopTimeout = owner.clock.after(timeoutMilliseconds, () => {
        this.finish(undetermined('unreachable', `no whole answer within ${timeoutMilliseconds} ms`));
      });
    }
  }

  get settled(): boolean {
    return this.#settled;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Nothing of a response has arrived. */
  get untouched(): boolean {
    return this.#arrived === 0;
  }

  /** The connection can take another request once this one is settled. */
  get reusable(): boolean {
    const whole = this.#parser.complete && this.sent === this.message.length;
    return whole && this.#head?.keepAlive === true;
  }

  /** A connection is being made or reused for it. */
  begin(): void {
    this.sent = 0;
    if (this.#stopWindow === undefined) this.#openWindow();
  }

  receive(bytes: Uint8Array): void {
    if (this.#settled) return;
    this.#arrived += bytes.length;
    this.#arrivedInWindow += bytes.length;
    this.#parser.push(bytes);
    this.#conclude();
  }

  /** The connection ended, by the peer (no cause) or by a failure. */
  lost(cause: string | undefined): void {
    if (this.#settled) return;
    if (cause === undefined) this.#parser.end();
    this.#conclude();
    this.finish(undetermined('unreachable', cause ?? 'closed before the answer was complete'));
  }

  pause(): void {
    this.#paused = true;
    this.#pausedInWindow = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (!this.#settled) this.#owner.resumed();
  }

  cancel(): void {
    this.finish(undetermined('cancelled', 'cancelled by the caller'));
  }

  finish(outcome: HttpOutcome): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#parser.stop();
    this.#stopTimeout?.();
    this.#stopWindow?.();
    this.#settle(outcome);
    this.#owner.settled(this);
  }

  #conclude(): void {
    const { fault, complete } = this.#parser;
    if (fault !== undefined) this.finish(rejected(fault.code, fault.evidence));
    else if (complete && this.#head !== undefined) {
      const { status, contentRange } = this.#head;
      const body = this.#body.subarray(0, this.#request.onBody ? 0 : this.#received);
      this.finish(accepted({ status, contentRange, body, received: this.#received }));
    }
  }

  /** The parser has the response's head. */
  onHead(head: ResponseHead): void {
    const wrong = wrongRange(this.#request.range, head);
    if (wrong !== undefined) {
      this.finish(rejected('malformed', wrong));
      return;
    }
    this.#head = head;
    this.#request.onHead?.(head);
  }

  /** The parser has a piece of the response's body. */
  onBody(piece: Uint8Array): void {
    if (this.#request.onBody) this.#request.onBody(piece);
    else this.#collect(piece);
    this.#received += piece.length;
  }

  #collect(piece: Uint8Array): void {
    const needed = this.#received + piece.length;
    if (needed > this.#body.length) {
      // As it arrives, not as it is announced: a length costs whoever lies about it nothing.
      // The whole at once where it is little more than what is there: the old and the new are alive together.
      const { contentLength } = this.#head!;
      const room =
        contentLength === undefined
          ? Math.min(2 * needed, this.#request.mostBytes)
          : Math.min(4 * needed, contentLength);
      const larger = new Uint8Array(Math.max(needed, room));
      larger.set(this.#body.subarray(0, this.#received));
      this.#body = larger;
    }
    this.#body.set(piece, this.#received);
  }

  #openWindow(): void {
    const { floor } = this.#request;
    if (floor === undefined || this.#settled) return;
    this.#arrivedInWindow = 0;
    this.#pausedInWindow = this.#paused;
    this.#stopWindow = this.#owner.clock.after(floor.milliseconds, () => {
      // What arrived while the board was busy is read first: a late timer says nothing about the server.
      this.#stopWindow = this.#owner.clock.after(0, () => this.#closeWindow(floor));
    });
  }

  #closeWindow(floor: { bytes: number; milliseconds: number }): void {
    if (this.#arrivedInWindow >= floor.bytes || this.#pausedInWindow) {
      this.#openWindow();
      return;
    }
    const evidence = `${this.#arrivedInWindow} bytes in ${floor.milliseconds} ms, at least ${floor.bytes} wanted`;
    this.finish(undetermined('unreachable', evidence));
  }
}

/** An answer to a range request may be the whole (200) or part of what was asked, from its first byte. */
function wrongRange(wanted: HttpRequest['range'], head: ResponseHead): string | undefined {
  if (head.status !== 206) return undefined;
  if (wanted === undefined) return 'status 206 to a request without a range';
  const range = head.contentRange!;
  const beyond = wanted.last !== undefined && range.last! > wanted.last;
  return range.first !== wanted.first || beyond ? 'another range than asked for' : undefined;
}

function encodeRequest(request: HttpRequest, url: Url): Uint8Array {
  const path = request.path ?? url.path;
  if (!/^\/[!-~]*$/.test(path)) throw new RangeError('not a path for a request line');
  let head = `${request.method} ${path} HTTP/1.1\r\nHost: ${hostHeader(url)}\r\n`;
  head += 'User-Agent: holdfast\r\nAccept-Encoding: identity\r\n';
  if (request.range !== undefined)
    head += `Range: bytes=${request.range.first}-${request.range.last ?? ''}\r\n`;
  const { body } = request;
  if (body === undefined) return encodeText(`${head}\r\n`);
  head += `Content-Type: ${request.contentType ?? 'application/json'}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return concat(encodeText(head), body);
}
