/**
 * One HTTP/1.1 response out of bytes as they arrive (RFC 9112): head, then a body by Content-Length, by chunks
 * or by the end of the connection. Nothing is kept but the line in hand; every length has a limit, and what
 * exceeds one is told as soon as it is announced, not when it has arrived.
 */
import { HeadReader, type ResponseHead } from './responseHead.js';

export interface ResponseLimits {
  /** Bytes of status line and header fields together, interim responses and trailers included. */
  headBytes: number;
  headFields: number;
  bodyBytes: number;
}

export interface ResponseFault {
  code: 'malformed' | 'oversized';
  evidence: string;
}

/** The reader of a response. */
export interface ResponseListener {
  onHead(head: ResponseHead): void;
  /** A piece of the body, in order; a view of what was pushed, valid during the call. */
  onBody(piece: Uint8Array): void;
}

type Place =
  | 'status'
  | 'fields'
  | 'sized'
  | 'chunkSize'
  | 'chunk'
  | 'chunkEnd'
  | 'trailers'
  | 'unsized'
  | 'end';

/** Characters of a chunk's size line, extensions included. */
const longestChunkLine = 256;
const mostInterimResponses = 4;
/** Chunk framing may cost this much at once, and this many times the body: one-byte chunks cost 5. */
const framingAllowance = 4096;
const framingFactor = 8;

export class ResponseParser {
  readonly #limits: ResponseLimits;
  readonly #listener: ResponseListener;
  #reader: HeadReader;
  #place: Place = 'status';
  #line = '';
  #headBytes = 0;
  #interim = 0;
  #left = 0;
  #bodyBytes = 0;
  #framing = 0;
  #stopped = false;
  #fault: ResponseFault | undefined = undefined;

  constructor(limits: ResponseLimits, listener: ResponseListener) {
    this.#limits = limits;
    this.#listener = listener;
    this.#reader = new HeadReader(limits.headFields);
  }

  get fault(): ResponseFault | undefined {
    return this.#fault;
  }

  /** The whole response has been seen. */
  get complete(): boolean {
    return this.#place === 'end' && this.#fault === undefined;
  }

  /** No callback comes after this; for a caller that has lost interest within one. */
  stop(): void {
    this.#stopped = true;
  }

  /** Bytes after the end of the response are a fault: nobody asked for them. */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && this.#fault === undefined && !this.#stopped) {
      if (this.#place === 'sized' || this.#place === 'chunk' || this.#place === 'unsized') {
        at = this.#takeBody(bytes, at);
      } else if (this.#place === 'end') {
        this.#fail('malformed', 'bytes after the end of the response');
      } else {
        at = this.#takeLine(bytes, at);
      }
    }
  }

  /** The connection ended. Only now a body without a length is complete. */
  end(): void {
    if (this.#place === 'unsized' && this.#fault === undefined) this.#finish();
  }

  #takeBody(bytes: Uint8Array, at: number): number {
    const count = this.#place === 'unsized' ? bytes.length - at : Math.min(this.#left, bytes.length - at);
    this.#bodyBytes += count;
    if (this.#bodyBytes > this.#limits.bodyBytes) {
      this.#fail('oversized', `a body of more than ${this.#limits.bodyBytes} bytes`);
      return at;
    }
    this.#left -= count;
    const finished = this.#place !== 'unsized' && this.#left === 0;
    this.#listener.onBody(bytes.subarray(at, at + count));
    if (finished) {
      if (this.#place === 'chunk') this.#place = 'chunkEnd';
      else this.#finish();
    }
    return at + count;
  }

  /** Takes up to the next line end, and the line too if it is complete. */
  #takeLine(bytes: Uint8Array, at: number): number {
    const inHead = this.#place === 'status' || this.#place === 'fields' || this.#place === 'trailers';
    let line = this.#line;
    while (at < bytes.length) {
      const code = bytes[at++];
      if (inHead) {
        if (++this.#headBytes > this.#limits.headBytes) {
          this.#fail('oversized', `a head of more than ${this.#limits.headBytes} bytes`);
          return at;
        }
      } else {
        this.#framing++;
        if (
          line.length > longestChunkLine ||
          this.#framing > framingAllowance + framingFactor * this.#bodyBytes
        ) {
          this.#fail('malformed', 'more chunk framing than body');
          return at;
        }
      }
      if (code === 10) {
        this.#line = '';
        if (line.charCodeAt(line.length - 1) !== 13) this.#fail('malformed', 'a line without CRLF');
        else this.#readLine(line.slice(0, -1));
        return at;
      }
      line += String.fromCharCode(code);
    }
    this.#line = line;
    return at;
  }

  #readLine(line: string): void {
    if (this.#place === 'status') {
      this.#require(this.#reader.statusLine(line));
      this.#place = 'fields';
    } else if (this.#place === 'fields') {
      if (line === '') this.#readHead();
      else this.#require(this.#reader.field(line));
    } else if (this.#place === 'chunkSize') {
      this.#readChunkSize(line);
    } else if (this.#place === 'chunkEnd') {
      if (line === '') this.#place = 'chunkSize';
      else this.#fail('malformed', 'a chunk longer than announced');
    } else if (line === '') {
      this.#finish();
    }
  }

  #readHead(): void {
    const { head } = this.#reader;
    if (!this.#require(this.#reader.end())) return;
    if (head.status < 200) {
      if (head.status === 101 || ++this.#interim > mostInterimResponses) {
        this.#fail('malformed', 'interim responses that were not asked for');
        return;
      }
      this.#reader = new HeadReader(this.#limits.headFields);
      this.#place = 'status';
      return;
    }
    if (head.contentLength !== undefined && head.contentLength > this.#limits.bodyBytes) {
      this.#fail('oversized', `a body of ${head.contentLength} bytes, ${this.#limits.bodyBytes} allowed`);
      return;
    }
    const empty = head.status === 204 || head.status === 304 || head.contentLength === 0;
    this.#left = head.contentLength ?? 0;
    this.#place = empty
      ? 'end'
      : head.chunked
        ? 'chunkSize'
        : head.contentLength === undefined
          ? 'unsized'
          : 'sized';
    if (this.#place === 'unsized') head.keepAlive = false;
    this.#listener.onHead(head);
  }

  #readChunkSize(line: string): void {
    const match = /^([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?$/.exec(line);
    if (match === null) {
      this.#fail('malformed', 'no chunk size');
      return;
    }
    const size = Number.parseInt(match[1], 16);
    if (this.#bodyBytes + size > this.#limits.bodyBytes) {
      this.#fail('oversized', `a body of more than ${this.#limits.bodyBytes} bytes`);
      return;
    }
    this.#left = size;
    this.#place = size === 0 ? 'trailers' : 'chunk';
  }

  #finish(): void {
    const range = this.#reader.head.contentRange;
    this.#place = 'end';
    if (this.#reader.head.status !== 206 || range === undefined) return;
    if (this.#bodyBytes !== range.last! - range.first! + 1) {
      this.#fail('malformed', 'a body of another length than its Content-Range');
    }
  }

  #require(wrong: string | undefined): boolean {
    if (wrong !== undefined) this.#fail('malformed', wrong);
    return wrong === undefined;
  }

  #fail(code: ResponseFault['code'], evidence: string): void {
    if (this.#fault === undefined) this.#fault = { code, evidence };
  }
}
